import { type Static, Type } from 'typebox';
import { Id } from './common/ids.ts';
import { Instant } from './common/instants.ts';
import { mostlyNull, nullable } from './common/nullable.ts';
import { text } from './common/text.ts';

export const GiveFeedback = Type.Object(
  {
    rating: Type.Integer({ minimum: 1, maximum: 5, examples: [5] }),
    comment: Type.Optional(nullable(text(2000, { examples: ['Atendimento atencioso.'] }))),
  },
  { title: 'GiveFeedback', additionalProperties: false },
);

const said = {
  rating: Type.Integer({ examples: [5] }),
  comment: nullable(Type.String({ examples: ['Atendimento atencioso.'] })),
  givenAt: Instant,
};

/** A patient's feedback, as they see it themselves. */
export const Feedback = Type.Object(
  {
    id: Id,
    appointmentId: Id,
    ...said,
    reply: mostlyNull(Type.String()),
  },
  { title: 'Feedback' },
);
export type Feedback = Static<typeof Feedback>;

export const FeedbackParams = Type.Object({ id: Id, feedbackId: Id }, { additionalProperties: false });
export const ReplyToReview = Type.Object(
  { text: text(2000, { examples: ['Obrigado pela visita.'] }) },
  { title: 'ReplyToReview', additionalProperties: false },
);

/** Feedback as everyone sees it, its doctor too: without the appointment, which would tell whose it is. */
export const Review = Type.Object(
  { id: Id, ...said, reply: Type.Optional(Type.String({ examples: ['Obrigado pela visita.'] })) },
  { title: 'Review' },
);
export type Review = Static<typeof Review>;
