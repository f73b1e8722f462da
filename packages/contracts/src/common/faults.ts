import type { Words } from './words.ts';

/**
 * What can be wrong with one value of a request, by the stable code that an entry of a problem's `errors` carries, with
 * its message in each language. `{value}` stands for the limit that was passed, or for what is allowed.
 */
export const faultTable = {
  required: { pt: 'É obrigatório', en: 'Is required' },
  unknown_field: { pt: 'Não é um campo conhecido', en: 'Is not a known field' },
  type: { pt: 'Deve ser do tipo {value}', en: 'Must be of type {value}' },
  format: { pt: 'Não tem a forma esperada', en: 'Does not have the form that is asked for' },
  control_character: {
    pt: 'Contém um caractere de controle ({value})',
    en: 'Holds a control character ({value})',
  },
  direction_character: {
    pt: 'Contém um caractere que muda a direção da escrita ({value})',
    en: 'Holds a character that changes the direction of writing ({value})',
  },
  invisible_character: {
    pt: 'Contém um caractere invisível ({value})',
    en: 'Holds an invisible character ({value})',
  },
  nothing_visible: { pt: 'Não tem nada que se possa ver', en: 'Holds nothing that can be seen' },
  not_allowed: { pt: 'Deve ser um destes: {value}', en: 'Must be one of: {value}' },
  too_short: { pt: 'Deve ter no mínimo {value} caracteres', en: 'Must have at least {value} characters' },
  too_long: { pt: 'Deve ter no máximo {value} caracteres', en: 'Must have at most {value} characters' },
  too_small: { pt: 'Deve ser no mínimo {value}', en: 'Must be at least {value}' },
  too_large: { pt: 'Deve ser no máximo {value}', en: 'Must be at most {value}' },
  too_few: { pt: 'Deve ter no mínimo {value} itens', en: 'Must have at least {value} items' },
  too_many: { pt: 'Deve ter no máximo {value} itens', en: 'Must have at most {value} items' },
  repeated: { pt: 'Não pode trazer o mesmo duas vezes', en: 'Must not hold the same twice' },
  out_of_range: { pt: 'Deve ficar dentro de {value}', en: 'Must lie within {value}' },
  invalid: { pt: 'Não é um valor válido', en: 'Is not valid' },
  cursor_unknown: {
    pt: 'Não é um cursor desta lista; recomece sem ele',
    en: 'Is not a cursor this list gave; start again without it',
  },
  key_format: {
    pt: 'Use de 1 a 255 caracteres ASCII visíveis',
    en: 'Use 1 to 255 visible ASCII characters',
  },
  one_file: { pt: 'Envie um arquivo de cada vez', en: 'Send one file at a time' },
  no_letters: { pt: 'Não tem letras para procurar', en: 'Has no letters to look for' },
  email_invalid: { pt: 'Não é um endereço de e-mail', en: 'Is not an e-mail address' },
  email_needs_password: {
    pt: 'É obrigatória para trocar o e-mail',
    en: 'Is required for a new e-mail',
  },
  only_with_email: { pt: 'Só serve para trocar o e-mail', en: 'Is only for a new e-mail' },
  password_common: {
    pt: 'Está entre as senhas mais usadas; escolha outra',
    en: 'Is among the most common passwords; choose another',
  },
  cpf_invalid: { pt: 'Os dígitos verificadores do CPF não conferem', en: 'Has wrong check digits' },
  crm_invalid: { pt: 'O número do CRM não pode ser zero', en: 'Must not be zero' },
  only_for_doctors: { pt: 'É só para contas de médico', en: "Is only for doctors' accounts" },
  doctor_too_young: {
    pt: 'Um médico tem no mínimo {value} anos',
    en: 'A doctor is at least {value} years old',
  },
  doctor_unknown: { pt: 'Não há médico com este id', en: 'There is no doctor with this id' },
  specialty_unknown: {
    pt: 'Não é uma especialidade reconhecida pelo CFM',
    en: 'Is not a specialty that CFM recognizes',
  },
  specialty_not_claimed: {
    pt: 'Deve ser de uma das especialidades informadas',
    en: 'Must be of one of the specialties given',
  },
  must_be_past: { pt: 'Não pode estar no futuro', en: 'Must not lie in the future' },
  must_be_future: { pt: 'Deve estar no futuro', en: 'Must lie in the future' },
  too_early: { pt: 'Não pode ser antes de {value}', en: 'Must not be before {value}' },
  ends_before_start: {
    pt: 'O fim não pode vir antes do início',
    en: 'The end must not come before the start',
  },
  instant_invalid: {
    pt: 'Deve ser um instante, como 2026-12-01T12:00:00Z',
    en: 'Must be an instant such as 2026-12-01T12:00:00Z',
  },
  date_invalid: { pt: 'Não é uma data nem um instante', en: 'Is neither a date nor an instant' },
  span_too_long: { pt: 'Peça no máximo {value} semanas', en: 'Ask for {value} weeks at most' },
  time_zone_unknown: {
    pt: 'Não é um fuso horário da IANA, como America/Sao_Paulo',
    en: 'Is not an IANA time zone, such as America/Sao_Paulo',
  },
  times_too_close: {
    pt: 'Entre um horário e outro deve caber a duração da consulta',
    en: 'Must be at least slotMinutes apart',
  },
  slot_does_not_fit: {
    pt: 'A duração da consulta deve caber entre startTime e endTime',
    en: 'Must fit between startTime and endTime',
  },
  too_many_slots: {
    pt: 'Daria mais de {value} horários; use consultas mais longas',
    en: 'Would make more than {value} slots; use longer ones',
  },
  no_future_slot: {
    pt: 'Não deixa nenhum horário no futuro, ou eles não existem nesta data e fuso',
    en: 'Leaves no slot in the future, or none that exists on this date in this zone',
  },
} as const satisfies Record<string, Words>;

export type FaultCode = keyof typeof faultTable;
export const faultCodes = Object.keys(faultTable) as FaultCode[];

/** The codes whose words name a limit, or what is allowed. */
export type MeasuredFaultCode = {
  [Code in FaultCode]: (typeof faultTable)[Code]['en'] extends `${string}{value}${string}` ? Code : never;
}[FaultCode];
