import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  type AccessLogEntry,
  type DoctorDetails,
  type DoctorSummary,
  type Feedback,
  permissions,
  type Review,
} from '@consulta/contracts';
import { book, conclude, databaseOf, type Page, type Refusal } from './support/consultations.ts';
import { eventually } from './support/eventually.ts';
import { doctorInput, join, type Person, patientInput, publishSlots } from './support/people.ts';
import { startSystem } from './support/system.ts';

const system = await startSystem();
const { api } = system;
const appointments = await databaseOf(system.folder, 'appointments');
after(async () => {
  await appointments.end();
  await system.stop();
});

const times = ['08:00', '09:00', '10:00', '11:00'];

async function concluded(more: Parameters<typeof doctorInput>[0] = {}) {
  const doctor = await join(api, doctorInput(more));
  const patient = await join(api, patientInput({ fullName: 'Benedita Quaresma' }));
  const slots = await publishSlots(api, doctor, times);
  const { id } = await book(api, patient, slots[0]?.id);
  await conclude(api, doctor, id);
  return { doctor, patient, slots, id };
}

const give = (by: Person, id: string, body: unknown, headers: Record<string, string> = {}) =>
  api.call<Feedback & Refusal>('POST', `/appointments/${id}/feedbacks`, { token: by.token, body, headers });
const reply = (by: Person, reviewId: string, text: string) =>
  api.call<Review & Refusal>('POST', `/reviews/${reviewId}/reply`, { token: by.token, body: { text } });
const reviewsOf = (by: Person, doctor: Person, query = '') =>
  api.expect<Page<Review>>(200, 'GET', `/doctors/${doctor.id}/reviews${query}`, { token: by.token });
const refusalOf = (answer: { status: number; body: Refusal }) => [answer.status, answer.body.code];

test('a doctor without reviews has an empty list; there is none of somebody who is no doctor', async () => {
  const [doctor, patient] = [await join(api, doctorInput()), await join(api, patientInput())];
  assert.deepEqual(await reviewsOf(patient, doctor), { items: [], nextCursor: null });
  for (const id of [patient.id, crypto.randomUUID()]) {
    const path = `/doctors/${id}/reviews`;
    const answer = await api.call<Refusal>('GET', path, { token: patient.token });
    assert.deepEqual(refusalOf(answer), [404, 'not_found']);
  }
});

test('feedback on a concluded appointment becomes an anonymous review and the doctor’s rating', async () => {
  const { doctor, patient, id } = await concluded({ fullName: 'Zuleica Prado' });
  const reader = await join(api, patientInput());
  const given = await give(patient, id, { rating: 4, comment: 'Atenciosa e pontual' });
  assert.equal(given.status, 202);
  assert.deepEqual(
    [given.body.appointmentId, given.body.rating, given.body.comment, given.body.reply],
    [id, 4, 'Atenciosa e pontual', null],
  );

  const reviews = await eventually(async () => {
    const page = await reviewsOf(reader, doctor);
    assert.equal(page.items.length, 1);
    return page;
  });
  assert.deepEqual(reviews.items, [
    { id: given.body.id, rating: 4, comment: 'Atenciosa e pontual', givenAt: given.body.givenAt },
  ]);
  for (const secret of [patient.id, id, 'Benedita', patient.email]) {
    assert.ok(!JSON.stringify(reviews).includes(secret), `a review tells ${secret}`);
  }

  await eventually(async () => {
    const details = await api.expect<DoctorDetails>(200, 'GET', `/doctors/${doctor.id}`, {
      token: reader.token,
    });
    assert.deepEqual(details.rating, { average: 4, count: 1 });
    const found = await api.expect<Page<DoctorSummary>>(200, 'GET', '/doctors?name=zuleica&minRating=4', {
      token: reader.token,
    });
    assert.deepEqual(
      found.items.map((each) => [each.id, each.rating]),
      [[doctor.id, { average: 4, count: 1 }]],
    );
  });
  const none = await api.expect<Page<DoctorSummary>>(200, 'GET', '/doctors?name=zuleica&minRating=4.5', {
    token: reader.token,
  });
  assert.deepEqual(none.items, []);
});

test('feedback is for the patient’s own concluded appointments, once', async () => {
  const { doctor, patient, slots, id } = await concluded();
  const stranger = await join(api, patientInput());
  const open = await book(api, patient, slots[1]?.id);
  assert.deepEqual(refusalOf(await give(patient, open.id, { rating: 5 })), [
    409,
    'appointment_not_concluded',
  ]);
  assert.deepEqual(refusalOf(await give(stranger, id, { rating: 5 })), [404, 'not_found']);
  assert.deepEqual(refusalOf(await give(doctor, id, { rating: 5 })), [403, 'forbidden']);

  for (const [body, pointer] of [
    [{ rating: 0 }, '/rating'],
    [{ rating: 6 }, '/rating'],
    [{ rating: 4.5 }, '/rating'],
    [{ rating: '5' }, '/rating'],
    [{}, '/rating'],
    [{ rating: 5, comment: 'x'.repeat(2001) }, '/comment'],
    [{ rating: 5, patientId: stranger.id }, '/patientId'],
  ] as const) {
    const refused = await api.call<{ errors: { pointer: string }[] }>(
      'POST',
      `/appointments/${id}/feedbacks`,
      {
        token: patient.token,
        body,
      },
    );
    assert.equal(refused.status, 400);
    assert.ok(
      refused.body.errors.some((fault) => fault.pointer === pointer),
      JSON.stringify([body, refused.body]),
    );
  }

  const rivals = await Promise.all([1, 2, 3].map((rating) => give(patient, id, { rating })));
  assert.deepEqual(rivals.map(({ status }) => status).sort(), [202, 409, 409]);
  assert.deepEqual(refusalOf(await give(patient, id, { rating: 5 })), [409, 'feedback_already_given']);
});

test('the same key gives the feedback once and answers it again', async () => {
  const { patient, id } = await concluded();
  const key = { 'idempotency-key': 'opiniao-1' };
  const first = await give(patient, id, { rating: 5 }, key);
  const again = await give(patient, id, { rating: 5 }, key);
  assert.deepEqual([first.status, again.status, again.body], [202, 202, first.body]);
  const other = await give(patient, id, { rating: 1 }, key);
  assert.deepEqual(refusalOf(other), [422, 'idempotency_key_reused']);
});

test('the doctor answers a review once, and everyone sees it', async () => {
  const { doctor, patient, id } = await concluded();
  const otherDoctor = await join(api, doctorInput());
  const { body: feedback } = await give(patient, id, { rating: 2, comment: 'Esperei muito' });
  assert.deepEqual(refusalOf(await reply(otherDoctor, feedback.id, 'x')), [404, 'not_found']);
  assert.deepEqual(refusalOf(await reply(patient, feedback.id, 'x')), [403, 'forbidden']);
  const rivals = await Promise.all([1, 2].map(() => reply(doctor, feedback.id, 'Desculpe a espera')));
  assert.deepEqual(rivals.map(({ status }) => status).sort(), [200, 409]);
  assert.deepEqual(refusalOf(await reply(doctor, feedback.id, 'De novo')), [409, 'reply_already_given']);

  const review = {
    id: feedback.id,
    rating: 2,
    comment: 'Esperei muito',
    givenAt: feedback.givenAt,
    reply: 'Desculpe a espera',
  };
  assert.deepEqual(rivals.find(({ status }) => status === 200)?.body, review);
  const { token } = patient;
  const own = await api.expect<Feedback>(200, 'GET', `/appointments/${id}/feedbacks/${feedback.id}`, {
    token,
  });
  assert.deepEqual(own, { ...review, appointmentId: id });
  const list = await api.expect<Page<Feedback>>(200, 'GET', `/appointments/${id}/feedbacks`, { token });
  assert.deepEqual(list.items, [own]);
  await eventually(async () => assert.deepEqual((await reviewsOf(otherDoctor, doctor)).items, [review]));
});

test('feedback is its patient’s alone: the doctor of the appointment is refused whether there is any or not', async () => {
  const { doctor, patient, slots, id } = await concluded();
  const { id: silent } = await book(api, patient, slots[1]?.id);
  await conclude(api, doctor, silent);
  const { body: feedback } = await give(patient, id, { rating: 2 });
  for (const path of ['', `/${feedback.id}`]) {
    const answers = await Promise.all(
      [id, silent].map((each) =>
        api.call<Refusal>('GET', `/appointments/${each}/feedbacks${path}`, { token: doctor.token }),
      ),
    );
    for (const answer of answers) assert.deepEqual(refusalOf(answer), [403, 'forbidden']);
    assert.deepEqual(answers[0]?.body, answers[1]?.body);
  }
  const old = `/appointments/${id}/feedbacks/${feedback.id}/reply`;
  assert.equal((await api.call('POST', old, { token: doctor.token, body: { text: 'x' } })).status, 404);
});

test('nothing that a doctor reads changes with a review so that it would tell who wrote it', async () => {
  const { doctor, patient, slots, id } = await concluded();
  const silent = await join(api, patientInput());
  const { id: other } = await book(api, silent, slots[1]?.id);
  await conclude(api, doctor, other);
  const things: Record<string, string[]> = {
    doctors: [doctor.id],
    schedules: [slots[0]?.scheduleId ?? ''],
    appointments: [id, other],
  };
  const paths = system.standalone.routes
    .filter(({ method, permission }) => {
      const readers = permission === 'public' || permission === 'internal' ? [] : permissions[permission];
      return method === 'GET' && readers.some((role) => role === 'doctor') && permission !== 'event:follow';
    })
    .flatMap(({ url }) => {
      const path = url.replace('/api/v1', '');
      const of = things[path.split('/')[1] ?? ''] ?? [patient.id];
      return path.includes(':') ? of.map((each) => path.replaceAll(/:\w+/g, each)) : [path];
    });
  const readAll = async () => {
    const answers = new Map<string, string>();
    for (const path of paths) {
      const { status, body } = await api.call('GET', path, { token: doctor.token });
      answers.set(path, JSON.stringify([status, body]));
    }
    return answers;
  };
  const before = await readAll();
  await give(patient, id, { rating: 1, comment: 'Não volto' });
  await eventually(async () => assert.equal((await reviewsOf(doctor, doctor)).items.length, 1));
  const after = await readAll();
  const changed = paths.filter((path) => after.get(path) !== before.get(path));
  assert.ok(changed.includes(`/doctors/${doctor.id}/reviews`));
  for (const path of changed) {
    for (const secret of [patient.id, id, 'Benedita']) {
      assert.ok(!after.get(path)?.includes(secret), `${path} tells ${secret}`);
    }
  }
  const { rows } = await appointments.query<{ count: string }>(
    "SELECT count(*) FROM event_stream WHERE doctor_id = $1 AND appointment_id = $2 AND status = 'concluded'",
    [doctor.id, id],
  );
  assert.equal(Number(rows[0]?.count), 1);
});

test('reviews come newest first, page by page, and the writer does not learn who reads them', async () => {
  const { doctor, patient, slots, id } = await concluded();
  const ids = [id];
  for (const { id: slotId } of slots.slice(1)) {
    const next = await book(api, patient, slotId);
    await conclude(api, doctor, next.id);
    ids.push(next.id);
  }
  const given: string[] = [];
  for (const [index, each] of ids.entries()) {
    given.push((await give(patient, each, { rating: 1 + index, comment: `Comentário ${index}` })).body.id);
  }
  const reader = await join(api, doctorInput());
  const all = await eventually(async () => {
    const page = await reviewsOf(reader, doctor);
    assert.equal(page.items.length, 4);
    return page.items.map((review) => review.id);
  });
  assert.deepEqual(all, given.toReversed());
  const first = await reviewsOf(reader, doctor, '?limit=3');
  const second = await reviewsOf(reader, doctor, `?limit=3&cursor=${first.nextCursor}`);
  assert.deepEqual(
    [...first.items, ...second.items].map((review) => review.id),
    all,
  );
  assert.equal(second.nextCursor, null);
  await eventually(async () => {
    const details = await api.expect<DoctorDetails>(200, 'GET', `/doctors/${doctor.id}`, {
      token: reader.token,
    });
    assert.deepEqual(details.rating, { average: 2.5, count: 4 });
  });

  const log = await api.expect<Page<AccessLogEntry>>(200, 'GET', '/users/me/access-log?limit=100', {
    token: patient.token,
  });
  const people = new Set(log.items.map(({ actorId }) => actorId));
  assert.ok(!people.has(reader.id), 'the writer learns who reads reviews');
  assert.ok([...people].every((id) => id === patient.id || id === doctor.id));
});
