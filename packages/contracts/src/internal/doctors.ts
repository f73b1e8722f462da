import { type Static, Type } from 'typebox';
import { Id } from '../common/ids.ts';
import { nullable } from '../common/nullable.ts';

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
