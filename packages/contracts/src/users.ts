import { type Static, Type } from 'typebox';
import { roles } from './permissions.ts';
import { Cents, DateOnly, Id, Instant, line, nullable, PageQuery, StateCode, text } from './primitives.ts';

export const consultationModes = ['in_person', 'video'] as const;
export const ConsultationMode = Type.Enum([...consultationModes]);
export type ConsultationMode = Static<typeof ConsultationMode>;

export const verificationStates = ['pending', 'verified', 'suspended'] as const;
export const VerificationState = Type.Enum([...verificationStates]);
export type VerificationState = Static<typeof VerificationState>;

export const Address = Type.Object(
  {
    street: line(200),
    number: line(20),
    complement: Type.Optional(nullable(line(100))),
    neighborhood: line(100),
    city: line(100),
    state: StateCode,
    postalCode: Type.String({ maxLength: 8, pattern: '^\\d{8}$', description: 'CEP, eight digits' }),
  },
  { additionalProperties: false },
);
export type Address = Static<typeof Address>;

/** A doctor's registration with a state's medical council: digits and state, unique per state. */
export const Crm = Type.Object(
  { number: Type.String({ maxLength: 10, pattern: '^\\d{1,10}$' }), state: StateCode },
  { additionalProperties: false },
);
export type Crm = Static<typeof Crm>;

/** Registro de Qualificação de Especialista: the number behind a claimed specialty (CFM 2.336/2023). */
export const Rqe = Type.Object(
  { specialty: line(100), number: Type.String({ maxLength: 10, pattern: '^\\d{1,10}$' }) },
  { additionalProperties: false },
);

export const DoctorProfileInput = Type.Object(
  {
    crm: Crm,
    specialties: Type.Array(line(100), { minItems: 1, maxItems: 5, uniqueItems: true }),
    rqes: Type.Optional(Type.Array(Rqe, { maxItems: 5 })),
    bio: Type.Optional(nullable(text(4000))),
    consultationPriceCents: Cents,
    insurances: Type.Optional(Type.Array(line(100), { maxItems: 50, uniqueItems: true })),
    modes: Type.Optional(Type.Array(ConsultationMode, { minItems: 1, maxItems: 2, uniqueItems: true })),
  },
  { additionalProperties: false },
);

export const Email = Type.String({ format: 'email', maxLength: 254 });
export const Password = Type.String({ minLength: 8, maxLength: 256 });
export const Cpf = Type.String({ maxLength: 11, pattern: '^\\d{11}$', description: 'CPF, eleven digits' });
export const Phone = Type.String({ maxLength: 16, pattern: '^\\+[1-9]\\d{7,14}$', description: 'E.164' });

export const RegisterUser = Type.Object(
  {
    role: Type.Enum(['patient', 'doctor']),
    fullName: line(200),
    socialName: Type.Optional(nullable(line(200))),
    birthDate: Type.Optional(DateOnly),
    email: Email,
    password: Password,
    cpf: Cpf,
    phone: Phone,
    address: Address,
    doctor: Type.Optional(DoctorProfileInput),
  },
  { additionalProperties: false },
);
export type RegisterUser = Static<typeof RegisterUser>;

/** What a person may change of their account. Role, CPF, birth date and CRM stay as registered. */
export const UpdateMe = Type.Object(
  {
    fullName: Type.Optional(line(200)),
    socialName: Type.Optional(nullable(line(200))),
    email: Type.Optional(Email),
    password: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: 'the present one; for a new e-mail only' }),
    ),
    phone: Type.Optional(Phone),
    address: Type.Optional(Address),
    doctor: Type.Optional(
      Type.Partial(Type.Omit(DoctorProfileInput, ['crm']), { additionalProperties: false, minProperties: 1 }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type UpdateMe = Static<typeof UpdateMe>;

export const Rating = Type.Object({
  average: nullable(Type.Number({ description: 'null while there is no rating' })),
  count: Type.Integer(),
});

export const DoctorProfile = Type.Object({
  crm: Crm,
  specialties: Type.Array(Type.String()),
  rqes: Type.Array(Rqe),
  bio: nullable(Type.String()),
  consultationPriceCents: Type.Integer(),
  insurances: Type.Array(Type.String()),
  modes: Type.Array(ConsultationMode),
  verification: VerificationState,
  rating: Rating,
});

export const User = Type.Object({
  id: Id,
  role: Type.Enum([...roles]),
  fullName: Type.String(),
  socialName: nullable(Type.String()),
  birthDate: nullable(DateOnly),
  email: Type.String(),
  cpf: nullable(Type.String()),
  phone: nullable(Type.String()),
  address: nullable(Address),
  doctor: Type.Optional(DoctorProfile),
  createdAt: Instant,
  updatedAt: Instant,
});
export type User = Static<typeof User>;

/** `POST /users`: the account; to a repeat with the same idempotency key only its id, since no token was shown. */
export const Registered = Type.Union([User, Type.Object({ id: Id }, { additionalProperties: false })]);

export const Login = Type.Object(
  {
    identifier: Type.String({ minLength: 1, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
    totp: Type.Optional(Type.String({ minLength: 6, maxLength: 32 })),
  },
  { additionalProperties: false },
);

export const TokenPair = Type.Object({
  accessToken: Type.String(),
  tokenType: Type.Literal('Bearer'),
  expiresIn: Type.Integer({ description: 'seconds' }),
  refreshToken: Type.Optional(Type.String({ description: 'absent when it travels in a cookie' })),
});
export type TokenPair = Static<typeof TokenPair>;

export const RefreshTokenBody = Type.Object(
  { refreshToken: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })) },
  { additionalProperties: false },
);

export const doctorSorts = ['nextAvailable', 'price', 'name', 'rating'] as const;

export const DoctorSearchQuery = Type.Object(
  {
    specialty: Type.Optional(line(100)),
    city: Type.Optional(line(100)),
    state: Type.Optional(StateCode),
    name: Type.Optional(line(200)),
    crm: Type.Optional(
      Type.String({
        maxLength: 13,
        pattern: '^\\d{1,10}(-[A-Za-z]{2})?$',
        description: '123456 or 123456-SP',
      }),
    ),
    insurance: Type.Optional(line(100)),
    mode: Type.Optional(ConsultationMode),
    minRating: Type.Optional(Type.Number({ minimum: 1, maximum: 5 })),
    maxPriceCents: Type.Optional(Cents),
    availableBefore: Type.Optional(Instant),
    sort: Type.Optional(Type.Enum([...doctorSorts])),
    ...PageQuery.properties,
  },
  { additionalProperties: false },
);
export type DoctorSearchQuery = Static<typeof DoctorSearchQuery>;

export const DoctorSummary = Type.Object({
  id: Id,
  fullName: Type.String(),
  crm: Crm,
  specialties: Type.Array(Type.String()),
  rqes: Type.Array(Rqe),
  city: Type.String(),
  state: Type.String(),
  consultationPriceCents: Type.Integer(),
  insurances: Type.Array(Type.String()),
  modes: Type.Array(ConsultationMode),
  rating: Rating,
  nextAvailableAt: nullable(Instant),
});
export type DoctorSummary = Static<typeof DoctorSummary>;

/** A doctor's public profile; the address is the practice's. */
export const DoctorDetails = Type.Object({
  ...DoctorSummary.properties,
  socialName: nullable(Type.String()),
  bio: nullable(Type.String()),
  address: Address,
});
export type DoctorDetails = Static<typeof DoctorDetails>;

export const AdminDoctorQuery = Type.Object(
  { verification: Type.Optional(VerificationState), ...PageQuery.properties },
  { additionalProperties: false },
);
export const AdminDoctor = Type.Object({
  id: Id,
  fullName: Type.String(),
  socialName: nullable(Type.String()),
  email: Type.String(),
  crm: Crm,
  specialties: Type.Array(Type.String()),
  rqes: Type.Array(Rqe),
  city: Type.String(),
  state: Type.String(),
  verification: VerificationState,
  suspensionReason: nullable(Type.String()),
  revision: Type.Integer({
    description: 'version of name, specialties and RQEs; If-Match of a verification',
  }),
  createdAt: Instant,
});
export type AdminDoctor = Static<typeof AdminDoctor>;
export const SuspendDoctor = Type.Object({ reason: line(500) }, { additionalProperties: false });

/** A sign-in that still holds: `current` is the one the caller's token belongs to. */
export const Session = Type.Object({
  id: Id,
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: Instant,
  userAgent: nullable(Type.String()),
  current: Type.Boolean(),
});
export type Session = Static<typeof Session>;

export const ChangePassword = Type.Object(
  { password: Type.String({ minLength: 1, maxLength: 1024 }), newPassword: Password },
  { additionalProperties: false },
);

/** `GET /specialties` and `GET /insurances`. */
export const Names = Type.Object({ items: Type.Array(Type.String()) });
