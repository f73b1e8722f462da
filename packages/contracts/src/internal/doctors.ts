import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { nullable } from '../common/nullable.ts';
import { type Call, internalCall, Nothing } from './call.ts';
import { LookupByIds, PageAfter } from './lookup.ts';
import { rateDoctors, type TotalRatings } from './ratings.ts';

export const DoctorBookability = Type.Object({
  doctorId: Id,
  bookable: Type.Boolean(),
  /** Whether the doctor deleted their account: nothing of theirs will be offered again. */
  deleted: Type.Optional(Type.Boolean()),
});
export type DoctorBookability = Static<typeof DoctorBookability>;
export const Bookability = Type.Object({ doctors: Type.Array(DoctorBookability) });
export type Bookability = Static<typeof Bookability>;
/** By doctor id, ascending; `nextAfter` is null on the last page. */
export const BookabilityPage = Type.Object({ ...Bookability.properties, nextAfter: nullable(Id) });

/** Doctors' ratings in total, each with its version. */
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

/** What the user service answers about doctors, and takes over. */
export const doctorCalls = {
  /** Answers every id asked for; an unknown one is not bookable. */
  bookability: internalCall('POST', '/internal/doctors/bookability', {
    callers: ['schedule'],
    asked: LookupByIds,
    answer: Bookability,
  }),
  /** A walk over all doctors. */
  listBookability: internalCall('GET', '/internal/doctors/bookability', {
    callers: ['schedule'],
    asked: PageAfter,
    answer: BookabilityPage,
  }),
  /** What {@link rateDoctors} asks for. */
  rate: internalCall('POST', rateDoctors.path, {
    callers: rateDoctors.callers,
    asked: DoctorRatings,
    answer: Nothing,
  }) satisfies Call<TotalRatings, object>,
};
