import { type Static, Type } from 'typebox';
import { Address } from '../common/addresses.ts';
import { Cpf } from '../common/cpf.ts';
import { Id } from '../common/ids.ts';
import { DateOnly } from '../common/instants.ts';
import { nullable } from '../common/nullable.ts';
import { ConsultationMode, Crm, Honorific, Rqe, VerificationState } from '../doctors.ts';
import { internalCall } from './call.ts';
import { Ids, LookupByIds, PageAfter } from './lookup.ts';

/** How a person is shown beside an appointment. */
export const PersonCard = Type.Object({
  id: Id,
  role: Type.Enum(['patient', 'doctor', 'admin']),
  fullName: Type.String(),
  socialName: nullable(Type.String()),
  doctor: Type.Optional(
    Type.Object({
      crm: Crm,
      /** Absent in the answers of versions that do not know it. */
      honorific: Type.Optional(nullable(Honorific)),
      specialties: Type.Array(Type.String()),
      modes: Type.Array(ConsultationMode),
      address: Address,
      verification: VerificationState,
    }),
  ),
});
export type PersonCard = Static<typeof PersonCard>;
export const PeopleFound = Type.Object({ people: Type.Array(PersonCard) });

/**
 * How far an account is trusted with bookings: `new` in its first days, and `crowded` while many others were registered on its network in those.
 */
export const BookingStanding = Type.Enum(['established', 'new', 'crowded']);
export type BookingStanding = Static<typeof BookingStanding>;
export const StandingsFound = Type.Object({
  people: Type.Array(Type.Object({ id: Id, standing: BookingStanding })),
});
export type StandingsFound = Static<typeof StandingsFound>;

/** How to reach a person. Personal data, so never cached. */
export const PersonContact = Type.Object({
  id: Id,
  fullName: Type.String(),
  socialName: nullable(Type.String()),
  birthDate: nullable(DateOnly),
  phone: nullable(Type.String()),
});
export type PersonContact = Static<typeof PersonContact>;
export const ContactsFound = Type.Object({ people: Type.Array(PersonContact) });
export type ContactsFound = Static<typeof ContactsFound>;

export const ReportIdentitiesQuery = Type.Object(
  { doctorId: Id, patientId: Id },
  { additionalProperties: false },
);
export type ReportIdentitiesQuery = Static<typeof ReportIdentitiesQuery>;
export const ReportIdentities = Type.Object({
  doctor: Type.Object({
    fullName: Type.String(),
    crm: Crm,
    rqes: Type.Array(Rqe),
    address: Address,
  }),
  patient: Type.Object({
    fullName: Type.String(),
    socialName: nullable(Type.String()),
    cpf: Cpf,
  }),
});
export type ReportIdentities = Static<typeof ReportIdentities>;
export const ReportIdentitiesFound = Type.Object({ identities: nullable(ReportIdentities) });
export type ReportIdentitiesFound = Static<typeof ReportIdentitiesFound>;

export const DeletedAccounts = Type.Object({ ids: Ids });
/** By id, ascending; `nextAfter` is null on the last page. */
export const DeletedAccountsPage = Type.Object({ ids: Type.Array(Id), nextAfter: nullable(Id) });

/** What the user service answers about people. */
export const peopleCalls = {
  lookup: internalCall('POST', '/internal/people/lookup', {
    callers: ['schedule', 'appointment'],
    asked: LookupByIds,
    answer: PeopleFound,
  }),
  contacts: internalCall('POST', '/internal/people/contacts', {
    callers: ['appointment'],
    asked: LookupByIds,
    answer: ContactsFound,
  }),
  bookingStanding: internalCall('POST', '/internal/people/booking-standing', {
    callers: ['appointment'],
    asked: LookupByIds,
    answer: StandingsFound,
  }),
  /** Which of these accounts were deleted. */
  deletedAmong: internalCall('POST', '/internal/people/deleted', {
    callers: ['appointment'],
    asked: LookupByIds,
    answer: DeletedAccounts,
  }),
  /** A walk over all accounts that were ever deleted. */
  listDeleted: internalCall('GET', '/internal/people/deleted', {
    callers: ['appointment'],
    asked: PageAfter,
    answer: DeletedAccountsPage,
  }),
  /**
   * What CFM 2.299/2021 art. 2 wants on a document of both people. Null when there is no such doctor or patient
   * (any more).
   */
  reportIdentities: internalCall('POST', '/internal/people/report-identities', {
    callers: ['appointment'],
    asked: ReportIdentitiesQuery,
    answer: ReportIdentitiesFound,
  }),
};
