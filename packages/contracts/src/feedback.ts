import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { nullable } from './common/nullable.ts';
import { text } from './common/text.ts';

export const GiveFeedback = Type.Object(
  { rating: Type.Integer({ minimum: 1, maximum: 5 }), comment: Type.Optional(nullable(text(2000))) },
  { additionalProperties: false },
);

/** A patient's feedback; it never says who gave it. */
export const Feedback = Type.Object({
  id: Id,
  appointmentId: Id,
  rating: Type.Integer(),
  comment: nullable(Type.String()),
  givenAt: Instant,
  reply: nullable(Type.String()),
});
export type Feedback = Static<typeof Feedback>;

export const FeedbackParams = Type.Object({ id: Id, feedbackId: Id }, { additionalProperties: false });
export const ReplyToFeedback = Type.Object({ text: text(2000) }, { additionalProperties: false });

/** Feedback as everyone sees it beside the doctor: without the appointment, which would tell whose it is. */
export const Review = Type.Object({
  id: Id,
  rating: Type.Integer(),
  comment: nullable(Type.String()),
  givenAt: Instant,
  reply: Type.Optional(Type.String()),
});
export type Review = Static<typeof Review>;
