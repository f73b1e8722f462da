import { type Static, Type } from 'typebox';
import { ofEachStatus } from './appointments.ts';
import { DateOnly, Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { Rating } from './doctors.ts';

const Day = Type.Union([DateOnly, Instant], { description: 'a date, or an instant (its day in São Paulo)' });

/** Both days belong to the range, which grows to whole weeks; without them it is the last twelve weeks. */
export const FiguresQuery = Type.Object(
  { from: Type.Optional(Day), to: Type.Optional(Day) },
  { additionalProperties: false },
);
export type FiguresQuery = Static<typeof FiguresQuery>;

const countsByStatus = ofEachStatus(() => Type.Integer({ examples: [3] }));

const counted = {
  byStatus: Type.Object(countsByStatus, {
    title: 'CountsByStatus',
    description: 'appointments that start then, by their status now',
  }),
  noShowRate: nullable(
    Type.Number({
      description: 'no-shows among those concluded or missed, 0 to 1; null without any',
      examples: [0.05],
    }),
  ),
  rating: Rating,
};

export const FiguresTotal = Type.Object(counted, { title: 'FiguresTotal' });
export type FiguresTotal = Static<typeof FiguresTotal>;

/** GET /users/me/figures: a doctor's appointments and ratings week by week, weeks without any included. */
export const Figures = Type.Object(
  {
    from: DateOnly,
    to: DateOnly,
    weeks: Type.Array(
      Type.Object({
        weekStart: Type.String({ format: 'date', description: 'its Monday', examples: ['2031-03-10'] }),
        ...counted,
      }),
    ),
    total: FiguresTotal,
  },
  { title: 'Figures' },
);
export type Figures = Static<typeof Figures>;
