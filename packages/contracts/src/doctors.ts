import { type Static, Type } from 'typebox';
import { Address, City, StateCode } from './common/addresses.ts';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { Cents } from './common/money.ts';
import { mostlyNull, nullable } from './common/nullable.ts';
import { PageQuery } from './common/pages.ts';
import { Bio, Insurance, Specialty, shown } from './common/people.ts';
import { line } from './common/text.ts';

export const consultationModes = ['in_person', 'video'] as const;
export const ConsultationMode = Type.Enum([...consultationModes], { title: 'ConsultationMode' });
export type ConsultationMode = Static<typeof ConsultationMode>;

export const verificationStates = ['pending', 'verified', 'suspended'] as const;
export const VerificationState = Type.Enum([...verificationStates], {
  title: 'VerificationState',
  examples: ['verified'],
});
export type VerificationState = Static<typeof VerificationState>;

/** A doctor's registration with a state's medical council: digits and state, unique per state. */
export const Crm = Type.Object(
  {
    number: Type.String({ maxLength: 10, pattern: '^\\d{1,10}$', examples: ['123456'] }),
    state: StateCode,
  },
  { title: 'Crm', additionalProperties: false },
);
export type Crm = Static<typeof Crm>;

/** How a doctor wants to be addressed: MÉDICO or MÉDICA stands beside the name (CFM 2.336/2023, art. 4). */
export const Honorific = Type.Enum(['dr', 'dra'], { examples: ['dr'] });
export type Honorific = Static<typeof Honorific>;

/** A doctor beside what is theirs; without CRM and address once their account is gone. */
export const ShownDoctor = Type.Object(
  {
    id: Id,
    fullName: shown.fullName,
    honorific: nullable(Honorific),
    crm: nullable(Crm),
    specialties: shown.specialties,
    address: nullable(Address),
  },
  { title: 'ShownDoctor' },
);

/** Registro de Qualificação de Especialista: the number behind a claimed specialty (CFM 2.336/2023). */
export const Rqe = Type.Object(
  {
    specialty: Specialty,
    number: Type.String({ maxLength: 10, pattern: '^\\d{1,10}$', examples: ['54321'] }),
  },
  { title: 'Rqe', additionalProperties: false },
);

export const DoctorProfileInput = Type.Object(
  {
    crm: Crm,
    specialties: Type.Array(Specialty, { minItems: 1, maxItems: 5, uniqueItems: true }),
    rqes: Type.Optional(Type.Array(Rqe, { maxItems: 5 })),
    bio: Type.Optional(nullable(Bio)),
    honorific: Type.Optional(nullable(Honorific)),
    consultationPriceCents: Cents,
    insurances: Type.Optional(Type.Array(Insurance, { maxItems: 50, uniqueItems: true })),
    modes: Type.Optional(Type.Array(ConsultationMode, { minItems: 1, maxItems: 2, uniqueItems: true })),
  },
  { title: 'DoctorProfileInput', additionalProperties: false },
);

export const Rating = Type.Object(
  {
    average: nullable(Type.Number({ description: 'null while there is no rating', examples: [4.8] })),
    count: Type.Integer({ examples: [42] }),
  },
  { title: 'Rating' },
);

export const DoctorProfile = Type.Object(
  {
    crm: Crm,
    honorific: nullable(Honorific),
    specialties: shown.specialties,
    rqes: Type.Array(Rqe),
    bio: shown.bio,
    consultationPriceCents: shown.priceCents,
    insurances: shown.insurances,
    modes: Type.Array(ConsultationMode),
    verification: VerificationState,
    rating: Rating,
  },
  { title: 'DoctorProfile' },
);

export const doctorSorts = ['nextAvailable', 'price', 'name', 'rating'] as const;

export const DoctorSearchQuery = Type.Object(
  {
    specialty: Type.Optional(Specialty),
    city: Type.Optional(City),
    state: Type.Optional(StateCode),
    name: Type.Optional(
      line(200, { examples: ['Ana Souza'], description: 'finds every word of it anywhere in the name' }),
    ),
    crm: Type.Optional(
      Type.String({
        maxLength: 13,
        pattern: '^\\d{1,10}(-[A-Za-z]{2})?$',
        description: '123456 or 123456-SP',
        examples: ['123456-SP'],
      }),
    ),
    insurance: Type.Optional(Insurance),
    mode: Type.Optional(ConsultationMode),
    minRating: Type.Optional(Type.Number({ minimum: 1, maximum: 5, examples: [4] })),
    maxPriceCents: Type.Optional(Cents),
    availableBefore: Type.Optional(Instant),
    sort: Type.Optional(Type.Enum([...doctorSorts], { description: '`nextAvailable` unless said' })),
    ...PageQuery.properties,
  },
  { additionalProperties: false },
);
export type DoctorSearchQuery = Static<typeof DoctorSearchQuery>;

export const DoctorSummary = Type.Object(
  {
    id: Id,
    fullName: shown.fullName,
    honorific: nullable(Honorific),
    crm: Crm,
    specialties: shown.specialties,
    rqes: Type.Array(Rqe),
    city: shown.city,
    state: shown.state,
    consultationPriceCents: shown.priceCents,
    insurances: shown.insurances,
    modes: Type.Array(ConsultationMode),
    rating: Rating,
    nextAvailableAt: nullable(Instant, { description: 'the first open slot; null without one' }),
  },
  { title: 'DoctorSummary' },
);
export type DoctorSummary = Static<typeof DoctorSummary>;

/** A doctor's public profile; the address is the practice's. */
export const DoctorDetails = Type.Intersect(
  [DoctorSummary, Type.Object({ socialName: shown.socialName, bio: shown.bio, address: Address })],
  { title: 'DoctorDetails', description: "A doctor's public profile; the address is the practice's" },
);
export type DoctorDetails = Static<typeof DoctorDetails>;

export const AdminDoctorQuery = Type.Object(
  { verification: Type.Optional(VerificationState), ...PageQuery.properties },
  { additionalProperties: false },
);
export const AdminDoctor = Type.Object(
  {
    id: Id,
    fullName: shown.fullName,
    socialName: shown.socialName,
    email: shown.email,
    crm: Crm,
    specialties: shown.specialties,
    rqes: Type.Array(Rqe),
    city: shown.city,
    state: shown.state,
    verification: VerificationState,
    suspensionReason: mostlyNull(Type.String()),
    revision: Type.Integer({
      description: 'version of name, specialties and RQEs; If-Match of a verification',
      examples: [1],
    }),
    createdAt: Instant,
  },
  { title: 'AdminDoctor', description: 'A doctor, as administrators see them' },
);
export type AdminDoctor = Static<typeof AdminDoctor>;
/** `GET /specialties` and `GET /insurances`. */
export const Names = Type.Object({ items: Type.Array(Type.String()) });

export const PlacesQuery = Type.Object(
  {
    q: Type.Optional(line(100, { examples: ['sao pau'], description: 'the beginning of any word' })),
    limit: Type.Optional(PageQuery.properties.limit),
  },
  { additionalProperties: false },
);
export type PlacesQuery = Static<typeof PlacesQuery>;

/** A city in which doctors can be booked, and how many. */
export const Place = Type.Object(
  { city: shown.city, state: shown.state, doctors: Type.Integer({ examples: [42] }) },
  { title: 'Place' },
);
export type Place = Static<typeof Place>;
