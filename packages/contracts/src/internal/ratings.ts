import type { Call } from './call.ts';

/** Doctors' ratings in total, each with its version. */
export type TotalRatings = {
  ratings: { doctorId: string; sum: number; count: number; version: number }[];
};

/**
 * Tells the user service ratings. One whose version is not newer than the one stored is ignored, so repeats and late
 * arrivals do no harm. It stands by itself, without schemas: the small worker that tells loads nothing else.
 */
export const rateDoctors: Call<TotalRatings, object> = {
  method: 'POST',
  path: '/internal/doctors/ratings',
  callers: ['review-processor'],
  isAnswer: (value): value is object => typeof value === 'object' && value !== null,
};
