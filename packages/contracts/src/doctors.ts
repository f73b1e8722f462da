import { type Static, Type } from 'typebox';
import { Address, StateCode } from './common/addresses.ts';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { Cents } from './common/money.ts';
import { nullable } from './common/nullable.ts';
import { PageQuery } from './common/pages.ts';
import { line, text } from './common/text.ts';

export const consultationModes = ['in_person', 'video'] as const;
export const ConsultationMode = Type.Enum([...consultationModes]);
export type ConsultationMode = Static<typeof ConsultationMode>;

export const verificationStates = ['pending', 'verified', 'suspended'] as const;
export const VerificationState = Type.Enum([...verificationStates]);
export type VerificationState = Static<typeof VerificationState>;

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

/** `GET /specialties` and `GET /insurances`. */
export const Names = Type.Object({ items: Type.Array(Type.String()) });
