import type { Words } from './words.ts';

/**
 * Every error a caller can meet, by its stable code (RFC 9457 problem details carry it as `code`), with its title in
 * each language. One table: `docs/errors.md` is held to it by a test, and the portal translates from it.
 */
export const errorTable = {
  bad_request: {
    status: 400,
    pt: 'O pedido tem uma forma ou um valor que não é aceito',
    en: 'The request has a bad shape or value',
  },
  unauthorized: {
    status: 401,
    pt: 'É preciso um token de acesso válido',
    en: 'A valid access token is needed',
  },
  invalid_credentials: {
    status: 401,
    pt: 'O identificador ou a senha está errado',
    en: 'The identifier or the password is wrong',
  },
  invalid_refresh_token: {
    status: 401,
    pt: 'O token de renovação é desconhecido, já foi usado, venceu ou foi revogado',
    en: 'The refresh token is unknown, used, expired or revoked',
  },
  too_many_attempts: {
    status: 429,
    pt: 'Muitas tentativas sem sucesso; tente de novo mais tarde',
    en: 'Too many failed attempts; try again later',
  },
  account_suspended: { status: 403, pt: 'Esta conta está suspensa', en: 'This account is suspended' },
  forbidden: { status: 403, pt: 'O seu perfil não pode fazer isto', en: 'Your role may not do this' },
  request_timeout: {
    status: 408,
    pt: 'O pedido não chegou a tempo',
    en: 'The request did not arrive in time',
  },
  not_found: { status: 404, pt: 'Não há nada seu aqui', en: 'Nothing of yours is there' },
  method_not_allowed: {
    status: 405,
    pt: 'Este endereço não aceita este método',
    en: 'This address does not take this method',
  },
  email_taken: { status: 409, pt: 'Outra conta usa este e-mail', en: 'Another account uses this e-mail' },
  cpf_taken: { status: 409, pt: 'Outra conta usa este CPF', en: 'Another account uses this CPF' },
  crm_taken: { status: 409, pt: 'Outra conta usa este CRM', en: 'Another account uses this CRM' },
  last_administrator: {
    status: 409,
    pt: 'A sua conta é a única de administrador',
    en: 'You are the only administrator',
  },
  invalid_verification: {
    status: 409,
    pt: 'A situação do médico não permite este passo',
    en: 'The doctor is not in a state that allows this step',
  },
  schedule_overlaps: {
    status: 409,
    pt: 'A agenda se sobrepõe a outra sua',
    en: 'The schedule overlaps another of yours',
  },
  too_many_schedules: {
    status: 409,
    pt: 'Você tem agendas semanais demais',
    en: 'You have too many weekly schedules',
  },
  schedule_has_appointments: {
    status: 409,
    pt: 'Há consultas em horários que deixariam de existir',
    en: 'Appointments hold slots that would vanish',
  },
  invalid_transition: {
    status: 409,
    pt: 'A situação da consulta não permite este passo',
    en: 'The appointment is not in a state that allows this step',
  },
  too_late: {
    status: 409,
    pt: 'A consulta já começou ou o prazo para cancelar já passou',
    en: 'It has begun, or is inside the notice for cancelling',
  },
  too_early: { status: 409, pt: 'A consulta ainda não começou', en: 'It has not begun' },
  slot_taken: { status: 409, pt: 'Outra pessoa ficou com este horário', en: 'Someone else has this slot' },
  slot_withdrawn: {
    status: 409,
    pt: 'Este horário não é mais oferecido',
    en: 'This slot is no longer offered',
  },
  patient_busy: {
    status: 409,
    pt: 'Você já tem uma consulta neste horário',
    en: 'You already have an appointment at this time',
  },
  doctor_unavailable: {
    status: 409,
    pt: 'Este médico não está aceitando consultas no momento',
    en: 'This doctor takes no bookings at present',
  },
  already_yours: {
    status: 409,
    pt: 'Este horário já é seu, ou você espera por ele: veja `appointmentId`',
    en: 'You hold this slot, or wait for it: see `appointmentId`',
  },
  original_closed: {
    status: 409,
    pt: 'A consulta que seria substituída está encerrada',
    en: 'The appointment to be replaced is closed',
  },
  reschedule_pending: {
    status: 409,
    pt: 'Uma remarcação desta consulta ainda não foi decidida',
    en: 'A replacement of this appointment is undecided',
  },
  appointment_not_concluded: {
    status: 409,
    pt: 'Só uma consulta concluída pode ser avaliada',
    en: 'Feedback is for concluded appointments',
  },
  feedback_already_given: {
    status: 409,
    pt: 'Esta consulta já foi avaliada',
    en: 'This appointment has its feedback',
  },
  reply_already_given: {
    status: 409,
    pt: 'Esta avaliação já foi respondida',
    en: 'This review has its reply',
  },
  too_many_requests_open: {
    status: 409,
    pt: 'Você tem pedidos demais à espera de decisão ou confirmação',
    en: 'You have too many undecided or unconfirmed requests',
  },
  too_many_appointments: {
    status: 409,
    pt: 'Você já tem tantas consultas marcadas, com este médico ou no total, quantas um paciente pode ter',
    en: 'You have as many appointments ahead, with this doctor or in all, as one patient may',
  },
  quota_exceeded: {
    status: 409,
    pt: 'Os seus arquivos ocupariam mais espaço do que você tem',
    en: 'Your files would take more space than you have',
  },
  content_damaged: {
    status: 409,
    pt: 'O que está guardado não é o que foi guardado aqui',
    en: 'What is stored is not what was put there',
  },
  idempotency_in_progress: {
    status: 409,
    pt: 'Um pedido com esta chave de idempotência está em andamento',
    en: 'A request with this idempotency key is under way',
  },
  idempotency_key_reused: {
    status: 422,
    pt: 'Esta chave de idempotência foi usada com outro pedido',
    en: 'This idempotency key was used with another request',
  },
  gone: {
    status: 410,
    pt: 'O que foi criado com esta chave de idempotência não existe mais',
    en: 'What was made with this idempotency key is gone',
  },
  misdirected: {
    status: 421,
    pt: 'Este servidor não responde por este nome',
    en: 'This server does not answer to this name',
  },
  stale_version: { status: 412, pt: 'Isto mudou desde que você leu', en: 'It changed since you read it' },
  payload_too_large: { status: 413, pt: 'O pedido é grande demais', en: 'The request is too large' },
  unsupported_media_type: {
    status: 415,
    pt: 'Este tipo de mídia não é aceito',
    en: 'This media type is not accepted',
  },
  range_not_satisfiable: {
    status: 416,
    pt: 'O arquivo não vai até este ponto',
    en: 'The file does not reach that far',
  },
  rate_limited: {
    status: 429,
    pt: 'Pedidos demais; vá mais devagar',
    en: 'Too many requests; slow down',
  },
  internal_error: { status: 500, pt: 'Algo falhou do nosso lado', en: 'Something failed on our side' },
  overloaded: {
    status: 503,
    pt: 'Há muito movimento; tente de novo em instantes',
    en: 'Too busy; try again shortly',
  },
  unavailable: {
    status: 503,
    pt: 'Uma parte necessária não está disponível; tente de novo em instantes',
    en: 'A part this needs is not available; try again shortly',
  },
} as const satisfies Record<string, Words & { status: number }>;

export type ErrorCode = keyof typeof errorTable;
export const errorCodes = Object.keys(errorTable) as ErrorCode[];
