import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pngOfSize } from '@consulta/appointment/testing';
import { type FileAccess, fileBytesMax, type MedicalFile, type TokenPair } from '@consulta/contracts';
import { RawConnection, startTarget, statusOf, whileAttacking } from '../support/attack.ts';
import { addFile, book, databaseOf, holdDecisions, type Page } from '../support/consultations.ts';
import { eventually } from '../support/eventually.ts';
import { doctorInput, join, type Person, patientInput, publishSlots, signIn } from '../support/people.ts';

/*
 * Who opens a download and stops reading must not keep what is left of it for later: when the right ends, so does
 * the connection. So for everything else that lasts as long as its client likes.
 */
const target = await startTarget();
const { api } = target;
const appointments = await databaseOf(target.folder, 'appointments');
const connections: RawConnection[] = [];
after(async () => {
  for (const connection of connections) connection.close();
  await appointments.end();
  await target.stop();
});

const [doctor, patient] = await Promise.all([join(api, doctorInput()), join(api, patientInput())]);
const [slot, otherSlot] = await publishSlots(api, doctor, ['08:00', '09:00']);
const appointment = await book(api, patient, slot?.id);
const content = pngOfSize(fileBytesMax);
const newFile = () => addFile(api, patient, appointment.id, content);

/** A session of its own, so that ending it leaves the other tests alone. */
async function newSession(by: Person): Promise<Person & TokenPair> {
  const tokens = await signIn(api, by.email);
  return { ...by, ...tokens, token: tokens.accessToken };
}
const signOut = ({ refreshToken }: TokenPair) =>
  api.expect(200, 'POST', '/auth/logout', { body: { refreshToken } });

const share = ({ id }: MedicalFile) =>
  api.expect<FileAccess>(201, 'POST', `/files/${id}/accesses`, {
    token: patient.token,
    body: { doctorId: doctor.id, expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  });

const headOf = (method: string, path: string, by: Person, ...more: string[]) =>
  [
    `${method} /api/v1${path} HTTP/1.1`,
    `host: 127.0.0.1:${target.port}`,
    `authorization: Bearer ${by.token}`,
    ...more,
    '\r\n',
  ].join('\r\n');

const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

async function connect(): Promise<RawConnection> {
  const connection = await RawConnection.open(target);
  connections.push(connection);
  return connection;
}

/** A client that reads the beginning of a file and then nothing for as long as it likes. */
async function pausedDownload(by: Person, { id }: MedicalFile): Promise<RawConnection> {
  const connection = await connect();
  connection.send(headOf('GET', `/files/${id}/content`, by));
  const head = await connection.until((received) => received.includes('\r\n\r\n'));
  connection.socket.pause();
  assert.equal(statusOf(head), 200);
  return connection;
}

/** What was received by the time the server cut the connection off; a client that does not read learns it by writing. */
async function cutOff(connection: RawConnection): Promise<string> {
  const poking = setInterval(() => connection.send('\r\n'), 50);
  try {
    return await connection.ended;
  } finally {
    clearInterval(poking);
  }
}

test('a paused download ends with the grant it stands on, whether that is revoked, over, or its file deleted', async () => {
  const [revoked, expiring, deleted] = [await newFile(), await newFile(), await newFile()];
  const access = await share(revoked);
  await share(expiring);
  await share(deleted);
  const attack = async () => {
    const downloads = await Promise.all(
      [revoked, expiring, deleted].map((file) => pausedDownload(doctor, file)),
    );
    await api.expect(204, 'DELETE', `/files/${revoked.id}/accesses/${access.id}`, { token: patient.token });
    await appointments.query('UPDATE file_accesses SET expires_at = now() WHERE file_id = $1', [expiring.id]);
    await api.expect(204, 'DELETE', `/files/${deleted.id}`, { token: patient.token });
    return Promise.all(downloads.map(cutOff));
  };
  const { outcome } = await whileAttacking(target, 'downloads that are never read', attack);
  for (const received of outcome) assert.ok(received.length < fileBytesMax);
});

test('a paused download ends with the session it stands on', async () => {
  const session = await newSession(patient);
  const download = await pausedDownload(session, await newFile());
  await signOut(session);
  assert.ok((await cutOff(download)).length < fileBytesMax);
});

test('a paused download goes on while the right to it lasts', async () => {
  const file = await newFile();
  await share(file);
  const kept = await pausedDownload(doctor, file);
  const session = await newSession(patient);
  const other = await pausedDownload(session, file);
  await signOut(session);
  await cutOff(other);
  kept.socket.resume();
  const received = await kept.until((text) => bodyOf(text).length >= fileBytesMax);
  assert.ok(Buffer.from(bodyOf(received), 'latin1').equals(content));
});

test('an upload under way ends with the session it stands on, and leaves no file', async () => {
  const session = await newSession(patient);
  const before = await api.expect<Page<MedicalFile>>(200, 'GET', '/files', { token: patient.token });
  const connection = await connect();
  connection.send(
    headOf(
      'POST',
      `/appointments/${appointment.id}/files`,
      session,
      'content-type: multipart/form-data; boundary=b',
      `content-length: ${content.length}`,
    ),
  );
  connection.send('--b\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n');
  connection.send(content.subarray(0, 1_000_000));
  await signOut(session);
  await cutOff(connection);
  const after = await api.expect<Page<MedicalFile>>(200, 'GET', '/files', { token: patient.token });
  assert.deepEqual(
    after.items.map(({ id }) => id),
    before.items.map(({ id }) => id),
  );
});

test('who is signed out while waiting for a decision is not told of it', async () => {
  const session = await newSession(patient);
  const release = await holdDecisions(appointments, doctor.id);
  const waiting = api.call('POST', '/appointments', {
    token: session.token,
    body: { slotId: otherSlot?.id },
    headers: { prefer: 'wait=10' },
  });
  const asked = () =>
    api.expect<Page<{ id: string }>>(200, 'GET', '/appointments?status=requested', { token: patient.token });
  try {
    await eventually(async () => assert.equal((await asked()).items.length, 1));
    await signOut(session);
  } finally {
    await release();
  }
  assert.equal((await waiting).status, 401);
});

test('an event stream ends with the session it stands on', async () => {
  const session = await newSession(patient);
  const connection = await connect();
  connection.send(headOf('GET', '/events', session));
  await connection.until((received) => received.includes(': heartbeat'));
  await signOut(session);
  await connection.until((received) => received.endsWith('0\r\n\r\n'));
});
