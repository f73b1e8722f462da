/** One request of the collection: an operation of the OpenAPI document and what to send and keep. */
export type Step = {
  /** `METHOD /path` as in the OpenAPI document. */
  call: string;
  as?: 'patient' | 'doctor' | 'admin';
  name?: string;
  /** Values of the path's parameters; variables as `{{name}}`. */
  path?: Record<string, string>;
  query?: string;
  headers?: Record<string, string>;
  /** Sent instead of the document's example. */
  body?: unknown;
  raw?: { type: string; text: string };
  /** JavaScript that runs before the request. */
  before?: string[];
  /** Variables set from the answer: JavaScript over `json`. */
  keep?: Record<string, string>;
};

const password = 'girassol-amarelo-42';
const person = (role: string, more: Record<string, unknown> = {}) => ({
  role,
  fullName: role === 'doctor' ? 'Carlos Eduardo Lima' : 'Ana Beatriz Souza',
  birthDate: '1980-04-12',
  email: `{{${role}Email}}`,
  password,
  cpf: `{{${role}Cpf}}`,
  phone: '+5511987654321',
  address: {
    street: 'Rua das Laranjeiras',
    number: '120',
    neighborhood: 'Centro',
    city: 'São Paulo',
    state: 'SP',
    postalCode: '01310100',
  },
  ...more,
});
/** A CPF with right check digits, and an e-mail made of it. */
const identify = (role: string) => [
  'const digits = String(Math.floor(100000000 + Math.random() * 899999999));',
  'const check = (text) => String((([...text].reduce((sum, each, i) => sum + each * (text.length + 1 - i), 0) * 10) % 11) % 10);',
  'const cpf = digits + check(digits) + check(digits + check(digits));',
  `pm.collectionVariables.set('${role}Cpf', cpf);`,
  `pm.collectionVariables.set('${role}Email', '${role}-' + cpf + '@example.com');`,
];
const login = (role: string): Step => ({
  call: 'POST /api/v1/auth/login',
  name: `Sign in as the ${role}`,
  body: { identifier: `{{${role}Email}}`, password },
  keep: { [`${role}Token`]: 'json.accessToken', [`${role}Refresh`]: 'json.refreshToken' },
});
const dateIn = (name: string, days: number) =>
  `pm.collectionVariables.set('${name}', new Date(Date.now() + ${days} * 864e5).toISOString().slice(0, 10));`;
const dateSchedule = (date: string, times: string[]) => ({
  kind: 'date',
  date: `{{${date}}}`,
  times,
  slotMinutes: 30,
  timeZone: 'America/Sao_Paulo',
});
const times = ['08:00', '09:00', '10:00', '11:00', '13:00', '14:00', '15:00', '16:00'];
const book = (slot: number, id: string): Step => ({
  call: 'POST /api/v1/appointments',
  as: 'patient',
  headers: { Prefer: 'wait=10' },
  body: { slotId: `{{slot${slot}}}`, note: 'Primeira consulta' },
  keep: { [id]: 'json.id' },
});
const step = (name: string, id: string, body?: unknown): Step => ({
  call: `POST /api/v1/appointments/{id}/${name}`,
  as: 'doctor',
  path: { id: `{{${id}}}` },
  body,
});
const of = (call: string, as: Step['as'], path: Record<string, string>, more: Partial<Step> = {}): Step => ({
  call,
  as,
  path,
  ...more,
});
const appointment = '/api/v1/appointments/{id}';
const report = { id: '{{moved}}', reportId: '{{report}}' };
const feedback = { id: '{{moved}}', feedbackId: '{{feedback}}' };
const pdf =
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';
const upload = `--consulta\r\ncontent-disposition: form-data; name="file"; filename="exame.pdf"\r\ncontent-type: application/pdf\r\n\r\n${pdf}\r\n--consulta--\r\n`;

/**
 * The requests from top to bottom: each finds what it needs in what came before. The stream of events does not end,
 * doctors of a start with default settings are verified as they register, and a patient is missed only after the start:
 * none of these can be part of it.
 */
export const flow: Step[] = [
  { call: 'GET /health/live' },
  { call: 'GET /health/ready' },
  { call: 'GET /openapi.json' },
  { call: 'GET /docs' },
  { call: 'GET /docs/{file}', path: { file: 'style.css' } },
  { call: 'GET /.well-known/jwks.json' },
  { call: 'GET /api/v1/specialties' },
  { call: 'GET /api/v1/insurances' },
  { call: 'GET /api/v1/places', query: 'q=sao pau' },
  {
    call: 'POST /api/v1/users',
    name: 'Register a doctor',
    before: identify('doctor'),
    body: person('doctor', {
      doctor: {
        crm: { number: '{{doctorCrm}}', state: 'SP' },
        specialties: ['Cardiologia'],
        consultationPriceCents: 25_000,
      },
    }),
    keep: { doctor: 'json.id' },
  },
  {
    call: 'POST /api/v1/users',
    name: 'Register a patient',
    before: identify('patient'),
    body: person('patient'),
    keep: { patient: 'json.id' },
  },
  login('doctor'),
  login('patient'),
  {
    call: 'POST /api/v1/auth/login',
    name: 'Sign in as the administrator of the demo data',
    body: { identifier: 'admin@demo.consulta.example', password: 'consulta-demo-2026' },
    keep: { adminToken: 'json.accessToken' },
  },
  {
    call: 'POST /api/v1/auth/refresh',
    body: { refreshToken: '{{patientRefresh}}' },
    keep: { patientToken: 'json.accessToken', patientRefresh: 'json.refreshToken' },
  },
  { call: 'GET /api/v1/users/me', as: 'patient' },
  { call: 'PATCH /api/v1/users/me', as: 'patient', body: { phone: '+5511912345678' } },
  {
    call: 'PUT /api/v1/users/me/password',
    as: 'doctor',
    body: { password, newPassword: `${password}-novo` },
  },
  {
    call: 'POST /api/v1/auth/login',
    name: 'Sign in as the patient on another device',
    body: { identifier: '{{patientCpf}}', password },
    keep: {
      otherSession:
        "JSON.parse(atob(json.accessToken.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).sid",
    },
  },
  { call: 'GET /api/v1/users/me/sessions', as: 'patient' },
  of('DELETE /api/v1/users/me/sessions/{id}', 'patient', { id: '{{otherSession}}' }),
  { call: 'GET /api/v1/admin/doctors', as: 'admin' },
  of(
    'POST /api/v1/admin/doctors/{id}/suspend',
    'admin',
    { id: '{{doctor}}' },
    { body: { reason: 'Documento vencido' } },
  ),
  of('POST /api/v1/admin/doctors/{id}/reinstate', 'admin', { id: '{{doctor}}' }),
  {
    ...login('doctor'),
    name: 'Sign in as the doctor again: the suspension ended their sessions',
    body: { identifier: '{{doctorEmail}}', password: `${password}-novo` },
  },
  { call: 'GET /api/v1/users/me/booking-settings', as: 'doctor' },
  {
    call: 'PUT /api/v1/users/me/booking-settings',
    as: 'doctor',
    body: {
      autoConfirm: false,
      confirmWithinHours: 48,
      minBookingNoticeMinutes: 0,
      minCancelNoticeMinutes: 0,
    },
  },
  {
    call: 'POST /api/v1/schedules/preview',
    as: 'doctor',
    before: [dateIn('day', 5), dateIn('otherDay', 6)],
    body: dateSchedule('day', times),
  },
  {
    call: 'POST /api/v1/schedules',
    as: 'doctor',
    body: dateSchedule('day', times),
    keep: { schedule: 'json.id' },
  },
  { call: 'GET /api/v1/schedules', as: 'doctor' },
  of(
    'GET /api/v1/schedules/{id}',
    'doctor',
    { id: '{{schedule}}' },
    { keep: { etag: "pm.response.headers.get('ETag')" } },
  ),
  of(
    'PUT /api/v1/schedules/{id}',
    'doctor',
    { id: '{{schedule}}' },
    { headers: { 'If-Match': '{{etag}}' }, body: dateSchedule('day', [...times, '17:00']) },
  ),
  of('GET /api/v1/schedules/{id}/slots', 'doctor', { id: '{{schedule}}' }),
  {
    call: 'POST /api/v1/schedules',
    as: 'doctor',
    name: 'Publish a schedule to be deleted',
    body: dateSchedule('otherDay', ['09:00']),
    keep: { spare: 'json.id' },
  },
  of('DELETE /api/v1/schedules/{id}', 'doctor', { id: '{{spare}}' }),
  { call: 'GET /api/v1/doctors', query: 'specialty=cardiologia&city=sao paulo&sort=price' },
  of('GET /api/v1/doctors/{id}', undefined, { id: '{{doctor}}' }),
  { call: 'GET /api/v1/slots/next', query: 'doctorIds={{doctor}}&limit=3' },
  of(
    'GET /api/v1/doctors/{id}/slots',
    undefined,
    { id: '{{doctor}}' },
    { keep: Object.fromEntries(times.map((_, i) => [`slot${i}`, `json.items[${i}].id`])) },
  ),
  book(0, 'first'),
  { call: 'GET /api/v1/appointments', as: 'patient', query: 'status=requested&status=awaiting_confirmation' },
  of(`GET ${appointment}`, 'patient', { id: '{{first}}' }),
  of(`PATCH ${appointment}`, 'patient', { id: '{{first}}' }, { body: { note: 'Trago exames' } }),
  step('confirm', 'first'),
  of(
    `POST ${appointment}/reschedule`,
    'patient',
    { id: '{{first}}' },
    { headers: { Prefer: 'wait=10' }, body: { slotId: '{{slot1}}' }, keep: { moved: 'json.id' } },
  ),
  of(`GET ${appointment}/history`, 'patient', { id: '{{first}}' }),
  { ...step('confirm', 'moved'), name: 'Confirm the rescheduled appointment' },
  book(2, 'declined'),
  step('decline', 'declined', { reason: 'Agenda cheia' }),
  book(3, 'cancelled'),
  of(`POST ${appointment}/cancel`, 'patient', { id: '{{cancelled}}' }, { body: { reason: 'Viagem' } }),
  book(4, 'withdrawn'),
  of(`DELETE ${appointment}`, 'patient', { id: '{{withdrawn}}' }),
  of(
    `POST ${appointment}/files`,
    'patient',
    { id: '{{moved}}' },
    { raw: { type: 'multipart/form-data; boundary=consulta', text: upload }, keep: { file: 'json.id' } },
  ),
  { call: 'GET /api/v1/files', as: 'patient' },
  of('GET /api/v1/files/{id}', 'patient', { id: '{{file}}' }),
  of(
    'POST /api/v1/files/{id}/accesses',
    'patient',
    { id: '{{file}}' },
    {
      before: ["pm.collectionVariables.set('tomorrow', new Date(Date.now() + 864e5).toISOString());"],
      body: { doctorId: '{{doctor}}', expiresAt: '{{tomorrow}}' },
      keep: { access: 'json.id' },
    },
  ),
  of('GET /api/v1/files/{id}/accesses', 'patient', { id: '{{file}}' }),
  of(`GET ${appointment}/files`, 'doctor', { id: '{{moved}}' }),
  of('GET /api/v1/files/{id}/content', 'doctor', { id: '{{file}}' }),
  { ...step('start', 'moved'), name: 'Start the consultation too early' },
  step('reopen', 'moved'),
  step('start', 'moved'),
  of(
    `POST ${appointment}/medical-reports`,
    'doctor',
    { id: '{{moved}}' },
    {
      body: { title: 'Relatório', body: 'Paciente em acompanhamento.', cid10: ['I10'] },
      keep: { report: 'json.id' },
    },
  ),
  { call: 'GET /api/v1/medical-reports', as: 'patient' },
  of(`GET ${appointment}/medical-reports`, 'patient', { id: '{{moved}}' }),
  of(`GET ${appointment}/medical-reports/{reportId}`, 'patient', report, {
    keep: { reportTag: "pm.response.headers.get('ETag')" },
  }),
  of(`PUT ${appointment}/medical-reports/{reportId}`, 'doctor', report, {
    headers: { 'If-Match': '{{reportTag}}' },
    body: { title: 'Relatório', body: 'Paciente em acompanhamento, sem queixas.', reason: 'Complemento' },
  }),
  of(`GET ${appointment}/medical-reports/{reportId}/versions`, 'doctor', report),
  of(`GET ${appointment}/medical-reports/{reportId}/pdf`, 'patient', report),
  step('conclude', 'moved'),
  of(
    `POST ${appointment}/feedbacks`,
    'patient',
    { id: '{{moved}}' },
    { body: { rating: 5, comment: 'Atendimento atencioso.' }, keep: { feedback: 'json.id' } },
  ),
  of(`GET ${appointment}/feedbacks`, 'patient', { id: '{{moved}}' }),
  of(`GET ${appointment}/feedbacks/{feedbackId}`, 'patient', feedback),
  of('POST /api/v1/reviews/{id}/reply', 'doctor', { id: '{{feedback}}' }, { body: { text: 'Obrigado!' } }),
  of('GET /api/v1/doctors/{id}/reviews', 'patient', { id: '{{doctor}}' }),
  { call: 'GET /api/v1/users/me/doctors', as: 'patient' },
  { call: 'GET /api/v1/users/me/patients', as: 'doctor' },
  { call: 'GET /api/v1/users/me/figures', as: 'doctor' },
  { call: 'GET /api/v1/users/me/access-log', as: 'patient' },
  of('DELETE /api/v1/files/{id}/accesses/{accessId}', 'patient', { id: '{{file}}', accessId: '{{access}}' }),
  of('DELETE /api/v1/files/{id}', 'patient', { id: '{{file}}' }),
  { call: 'DELETE /api/v1/users/me', as: 'doctor', body: { password: `${password}-novo` } },
  { call: 'POST /api/v1/auth/logout', body: { refreshToken: '{{patientRefresh}}' } },
];
