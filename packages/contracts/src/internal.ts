import { type Static, Type } from 'typebox';
import { Id, Instant, nullable } from './primitives.ts';
import { Address, ConsultationMode, Crm, VerificationState } from './users.ts';

/*
 * What services ask of each other over HTTP, on the internal port and with a service token.
 */

const Ids = Type.Array(Id, { maxItems: 5000 });
export const LookupByIds = Type.Object({ ids: Ids }, { additionalProperties: false });

/** How a person is shown beside an appointment: POST /internal/people/lookup (user service). */
export const PersonCard = Type.Object({
  id: Id,
  role: Type.Enum(['patient', 'doctor', 'admin']),
  fullName: Type.String(),
  socialName: nullable(Type.String()),
  doctor: Type.Optional(
    Type.Object({
      crm: Crm,
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
 * How far an account is trusted with bookings: POST /internal/people/booking-standing (user service). `new` in its
 * first days, and `crowded` while many others were registered on its network in those.
 */
export const BookingStanding = Type.Enum(['established', 'new', 'crowded']);
export type BookingStanding = Static<typeof BookingStanding>;
export const StandingsFound = Type.Object({
  people: Type.Array(Type.Object({ id: Id, standing: BookingStanding })),
});
export type StandingsFound = Static<typeof StandingsFound>;

/** Sessions and users whose access tokens no longer count: GET /internal/revocations?since (user service). */
export const Revocations = Type.Object({
  now: Instant,
  items: Type.Array(Type.Object({ kind: Type.Enum(['session', 'user']), id: Id, at: Instant })),
});
export type Revocations = Static<typeof Revocations>;

/** An immutable slot: POST /internal/slots/lookup (schedule service). */
export const SlotFacts = Type.Object({
  id: Id,
  scheduleId: Id,
  doctorId: Id,
  startsAt: Instant,
  endsAt: Instant,
  timeZone: Type.String(),
});
export type SlotFacts = Static<typeof SlotFacts>;
export const SlotsFound = Type.Object({ slots: Type.Array(SlotFacts) });

/**
 * POST /internal/claims (schedule service): claims slots for appointments, in the order given, which is the
 * order of arrival. Idempotent by appointment id.
 */
export const ClaimSlots = Type.Object(
  {
    claims: Type.Array(Type.Object({ appointmentId: Id, slotId: Id }, { additionalProperties: false }), {
      maxItems: 2000,
    }),
  },
  { additionalProperties: false },
);
export type ClaimSlots = Static<typeof ClaimSlots>;

/**
 * One answer per slot asked for. `heldBy` is the appointment that has the claim now (of this call or an
 * earlier one); null when nobody can: the slot is withdrawn or over (`slot_withdrawn`) or its doctor takes no
 * bookings (`doctor_unavailable`). `released` lists the appointments of this call whose claim was released
 * before, for good.
 */
export const ClaimsDecided = Type.Object({
  slots: Type.Array(
    Type.Object({
      slotId: Id,
      heldBy: nullable(Id),
      refusal: nullable(Type.Enum(['slot_withdrawn', 'doctor_unavailable'])),
      autoConfirm: Type.Boolean(),
      confirmWithinHours: nullable(Type.Integer()),
    }),
  ),
  released: Type.Array(Id),
});
export type ClaimsDecided = Static<typeof ClaimsDecided>;

/** POST /internal/claims/release (schedule service): final, and also refuses a claim that arrives later. */
export const ReleaseClaims = Type.Object({ appointmentIds: Ids }, { additionalProperties: false });

/**
 * GET /internal/claims?after&limit (schedule service): live claims older than a minute, by appointment id, for
 * the reconciler.
 */
export const ClaimsPage = Type.Object({
  claims: Type.Array(Type.Object({ appointmentId: Id, slotId: Id })),
  nextAfter: nullable(Id),
});
export type ClaimsPage = Static<typeof ClaimsPage>;
export const ClaimsPageQuery = Type.Object(
  {
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000, default: 1000 })),
  },
  { additionalProperties: false },
);

/** POST /internal/doctors/next-available (schedule service): the start of each doctor's first open slot. */
export const NextAvailable = Type.Object({
  doctors: Type.Array(Type.Object({ doctorId: Id, nextAvailableAt: nullable(Instant) })),
});
export type NextAvailable = Static<typeof NextAvailable>;

/** POST /internal/doctors/cancel-notice (schedule service). */
export const CancelNotices = Type.Object({
  doctors: Type.Array(Type.Object({ doctorId: Id, minCancelNoticeMinutes: Type.Integer() })),
});
export type CancelNotices = Static<typeof CancelNotices>;

/**
 * POST /internal/doctors/bookability and GET /internal/doctors/bookability?after&limit (user service). The
 * first answers every id asked for; an unknown one is not bookable.
 */
export const DoctorBookability = Type.Object({ doctorId: Id, bookable: Type.Boolean() });
export type DoctorBookability = Static<typeof DoctorBookability>;
export const Bookability = Type.Object({ doctors: Type.Array(DoctorBookability) });
export type Bookability = Static<typeof Bookability>;
/** By doctor id, ascending; `nextAfter` is null on the last page. */
export const BookabilityPage = Type.Object({ ...Bookability.properties, nextAfter: nullable(Id) });

/**
 * POST /internal/doctors/ratings (user service): a doctor's ratings in total. One whose version is not newer
 * than the one stored is ignored, so repeats and late arrivals do no harm.
 */
export const DoctorRatings = Type.Object(
  {
    ratings: Type.Array(
      Type.Object(
        {
          doctorId: Id,
          sum: Type.Integer({ minimum: 0 }),
          count: Type.Integer({ minimum: 0 }),
          version: Type.Integer({ minimum: 1 }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 5000 },
    ),
  },
  { additionalProperties: false },
);
export type DoctorRatings = Static<typeof DoctorRatings>;
