import type { Words } from './words.ts';

/**
 * What a refusal says beyond its title (RFC 9457's `detail`): what is meant in this case, and what to change. A detail
 * that names a figure is a function of it.
 */
export const details = {
  goneSince: {
    pt: 'Foi criado com esta chave de idempotência e excluído depois',
    en: 'It was made with this idempotency key and deleted since',
  },
  noSuchRoute: { pt: 'Esta rota não existe', en: 'There is no such route' },
  methodsAre: (methods: string) => ({
    pt: `Este endereço aceita ${methods}`,
    en: `This address takes ${methods}`,
  }),
  addressUnreadable: { pt: 'O endereço não pode ser lido', en: 'The address cannot be read' },
  requestUnreadable: { pt: 'O pedido não pode ser lido', en: 'The request cannot be read' },
  notHttp: { pt: 'O pedido não pode ser lido como HTTP', en: 'The request cannot be read as HTTP' },
  connectionEnded: {
    pt: 'A conexão terminou antes que o pedido chegasse inteiro',
    en: 'The connection ended before the request was whole',
  },
  jsonInUtf8: { pt: 'Envie JSON em UTF-8', en: 'Send JSON in UTF-8' },
  bodyNotUtf8: { pt: 'O corpo não está em UTF-8', en: 'The body is not UTF-8' },
  bodyNotJson: { pt: 'O corpo não é um JSON válido', en: 'The body is not valid JSON' },
  bodyUnstorable: {
    pt: 'O corpo contém um caractere NUL ou metade de um par substituto (surrogate)',
    en: 'The body holds a NUL character or half a surrogate pair',
  },
  formDamaged: {
    pt: 'O formulário está incompleto ou danificado, ou tem mais de uma parte',
    en: 'The form is incomplete or damaged, or has more parts than one',
  },
  formNeeded: {
    pt: 'Envie multipart/form-data com o arquivo numa parte chamada file',
    en: 'Send multipart/form-data with the file in a part named file',
  },

  sessionEnded: { pt: 'A sessão terminou', en: 'The session has ended' },
  sessionUnknown: {
    pt: 'No momento não é possível saber se esta sessão terminou',
    en: 'It cannot be told at present whether this session has ended',
  },
  tokenExpired: { pt: 'O token de acesso venceu', en: 'The access token has expired' },
  tokenInvalid: { pt: 'O token de acesso não é válido', en: 'The access token is not valid' },
  tokenLacksClaim: {
    pt: 'Falta uma declaração no token de acesso',
    en: 'The access token lacks a claim',
  },
  keysUnreadable: {
    pt: 'No momento não é possível ler as chaves de verificação',
    en: 'The verification keys cannot be read at present',
  },
  noRefreshCookie: {
    pt: 'Não há token de renovação no cookie',
    en: 'There is no refresh token in the cookie',
  },

  atOnceMax: (count: number) => ({
    pt: `Faça no máximo ${count} destes ao mesmo tempo`,
    en: `Do at most ${count} of these at once`,
  }),
  starting: { pt: 'Está iniciando ou parando', en: 'It is starting or stopping' },
  stopping: { pt: 'Este serviço está parando', en: 'This service is stopping' },
  migrationsMissing: {
    pt: 'O banco de dados ainda não tem as tabelas desta versão (npm run migrate)',
    en: 'The database lacks the tables of this version still (npm run migrate)',
  },
  keysSilent: { pt: 'O serviço de chaves não responde', en: 'The key service does not answer' },
  queuesSilent: { pt: 'As filas não respondem', en: 'The queues do not answer' },
  keysMissing: {
    pt: 'Faltam chaves que abrem o que está cifrado',
    en: 'Keys that open what is encrypted are missing',
  },
  sessionsUnread: {
    pt: 'O serviço de usuários ainda não disse que sessões terminaram',
    en: 'The user service has not told yet which sessions have ended',
  },
  noWorker: { pt: 'Nenhum processo pôde ser iniciado', en: 'No worker could be started' },
  databaseSilent: { pt: 'O banco de dados não responde', en: 'The database does not answer' },
  noReplicaOf: (services: string) => ({
    pt: `Nenhuma réplica destes serviços está pronta: ${services}`,
    en: `No replica of these services is ready: ${services}`,
  }),
  diskLow: (mebibytes: number) => ({
    pt: `Há pouco espaço no disco (restam ${mebibytes} MiB)`,
    en: `There is too little space on the disk (${mebibytes} MiB are left)`,
  }),
  diskFull: { pt: 'Não há espaço no disco', en: 'There is no space left on the disk' },
  tooManyOpen: {
    pt: 'Há arquivos e conexões demais abertos',
    en: 'Too many files and connections are open',
  },

  accountsOfNetwork: {
    pt: 'Contas demais foram criadas nesta rede; tente de novo mais tarde',
    en: 'Too many accounts were made on this network; try again later',
  },
  makeAdministratorFirst: {
    pt: 'Crie antes outra conta de administrador',
    en: 'Make another administrator first',
  },
  doctorIs: (verification: string) => ({
    pt: `A situação do médico é ${verification}`,
    en: `The doctor is ${verification}`,
  }),
  doctorRevision: (revision: number) => ({
    pt: `O cadastro do médico está na revisão ${revision}`,
    en: `The doctor is at revision ${revision}`,
  }),

  readAgain: { pt: 'Leia de novo e repita a mudança', en: 'Read it again and repeat your change' },
  slotsPerHour: (count: number) => ({
    pt: `Um médico pode criar até ${count} horários por hora`,
    en: `In an hour a doctor may have ${count} slots made`,
  }),
  weeklySchedulesMax: (count: number) => ({
    pt: `Um médico tem no máximo ${count} agendas semanais ao mesmo tempo`,
    en: `A doctor has at most ${count} weekly schedules at a time`,
  }),
  slotsOverlap: {
    pt: 'Escolha horários em que você não tenha outros; a prévia mostra quais são',
    en: 'Choose times at which you have no other slots; the preview lists them',
  },
  slotsWillOverlap: {
    pt: 'Outra agenda sua terá horários nestes momentos',
    en: 'Another schedule of yours will have slots at these times',
  },
  cancelAppointmentsFirst: {
    pt: 'Cancele ou remarque antes estas consultas',
    en: 'Cancel or reschedule these appointments first',
  },

  noSuchSlot: { pt: 'Este horário não existe', en: 'There is no such slot' },
  appointmentsWithDoctorMax: (count: number) => ({
    pt: `No máximo ${count} consultas marcadas com um mesmo médico; cancele uma ou espere até que uma passe`,
    en: `At most ${count} appointments ahead with one doctor; cancel one, or wait until one is over`,
  }),
  appointmentsMax: (count: number) => ({
    pt: `No máximo ${count} consultas marcadas; cancele uma ou espere até que uma passe`,
    en: `At most ${count} appointments ahead; cancel one, or wait until one is over`,
  }),
  requestsOpenMax: (count: number) => ({
    pt: `No máximo ${count} pedidos à espera de decisão ou confirmação; cancele um ou espere`,
    en: `At most ${count} requests may wait for their decision or confirmation; cancel one or wait`,
  }),
  noticeAsked: (minutes: number) => ({
    pt: `Foi marcada com ${minutes} minutos de antecedência para cancelar`,
    en: `It was booked with ${minutes} minutes of notice for cancelling`,
  }),
  hasBegun: { pt: 'A consulta já começou ou já passou', en: 'It has begun, or is over' },
  startsAt: (instant: string) => ({ pt: `Ela começa em ${instant}`, en: `It starts at ${instant}` }),
  cannotReopen: {
    pt: 'Este passo não pode mais ser desfeito',
    en: 'This step can no longer be taken back',
  },
  alreadyYours: {
    pt: 'Cancele ou remarque essa consulta antes',
    en: 'Cancel or move that appointment first',
  },
  cannotReschedule: (status: string) => ({
    pt: `Uma consulta na situação ${status} não pode ser remarcada`,
    en: `An appointment that is ${status} cannot be rescheduled`,
  }),
  cannotStep: (status: string) => ({
    pt: `Uma consulta na situação ${status} não permite este passo`,
    en: `An appointment that is ${status} cannot take this step`,
  }),

  fileBytesMax: { pt: 'Um arquivo pode ter no máximo 9 MiB', en: 'A file may have at most 9 MiB' },
  fileNotWhole: { pt: 'O arquivo não chegou inteiro', en: 'The file did not arrive whole' },
  fileChanged: {
    pt: 'O arquivo foi alterado depois do envio e não é entregue',
    en: 'The file was changed after it was uploaded and is not given out',
  },
  fileHasBytes: (bytes: number) => ({
    pt: `O arquivo tem ${bytes} bytes`,
    en: `The file has ${bytes} bytes`,
  }),
  filesTakeMax: (mebibytes: number) => ({
    pt: `Os seus arquivos podem ocupar ${mebibytes} MiB; exclua alguns antes`,
    en: `Your files may take ${mebibytes} MiB; delete some first`,
  }),
  noSpaceForFiles: {
    pt: 'No momento há pouco espaço para arquivos',
    en: 'There is too little space for files at present',
  },
  takesNoFiles: (status: string) => ({
    pt: `A situação da consulta é ${status}; anexe o arquivo a uma que você tenha`,
    en: `It is ${status}; add the file to an appointment you have`,
  }),
  fileEmpty: { pt: 'O arquivo está vazio', en: 'The file is empty' },
  fileTypeUnknown: {
    pt: 'Envie um PDF, JPEG ou PNG; quem diz o tipo é o conteúdo, não o nome',
    en: 'Send a PDF, JPEG or PNG; its content tells, not its name',
  },
  fileTooComplex: {
    pt: 'O arquivo é complexo demais para ser verificado; envie uma cópia mais simples',
    en: 'The file is too complex to be checked; send a simpler copy',
  },
  fileDamaged: (kind: string) => ({
    pt: `O arquivo ${kind} está danificado; envie de novo`,
    en: `The ${kind} is damaged; send it again`,
  }),
  imageTooLarge: {
    pt: 'A imagem tem mais de 50 megapixels; envie uma cópia menor',
    en: 'The image has more than 50 megapixels; send a smaller copy',
  },
  pdfLocked: {
    pt: 'O PDF está protegido por senha; salve uma cópia sem senha e envie essa',
    en: 'The PDF is protected by a password; save a copy without one and send that',
  },
  pdfTooLarge: {
    pt: 'O PDF se desdobra em mais do que se pode mostrar',
    en: 'The PDF unpacks to more than can be shown',
  },
  pdfCarries: (carried: Words) => ({
    pt: `O PDF contém ${carried.pt}; imprima-o em um novo PDF e envie esse`,
    en: `The PDF carries ${carried.en}; print it to a new PDF and send that`,
  }),

  reportNeedsAppointment: {
    pt: 'Um laudo exige uma consulta confirmada, em andamento ou concluída',
    en: 'A report needs an appointment that is confirmed, in progress or concluded',
  },
  patientClosed: {
    pt: 'A conta do paciente foi encerrada; não é possível emitir laudo',
    en: 'The patient’s account is closed; no report can be issued',
  },
  reportVersion: (version: number) => ({
    pt: `Ele está na versão ${version}`,
    en: `It is at version ${version} now`,
  }),
  reportChanged: {
    pt: 'O laudo foi alterado depois de emitido e não é entregue',
    en: 'The report was changed after it was issued and is not given out',
  },
  reportNotPrinted: { pt: 'Não foi possível gerar o documento', en: 'The document could not be made' },
} as const satisfies Record<string, Words | ((...values: never[]) => Words)>;
