import {
  Feedback,
  FeedbackParams,
  GiveFeedback,
  IdParams,
  PageQuery,
  page,
  ReplyToReview,
  Review,
} from '@consulta/contracts';
import { idempotencyKeyOf, once, type Routes } from '@consulta/platform/http';
import type { Kysely } from 'kysely';
import { actorOf } from '../audit/actor.ts';
import { type PeopleDirectory, requireDoctor } from '../people/directory.ts';
import type { AppointmentTables } from '../tables.ts';
import { giveFeedback } from './give-feedback.ts';
import { feedbacksOf, readFeedback, reviewsOf } from './queries.ts';
import { replyToReview } from './reply-to-review.ts';

export type FeedbackDeps = { db: Kysely<AppointmentTables>; people: PeopleDirectory; wake: () => void };

/** Feedback on concluded appointments, and the reviews that everyone reads. */
export const feedbackRoutes =
  (deps: FeedbackDeps): Routes =>
  async (app) => {
    await app.register(writeRoutes(deps));
    await app.register(readRoutes(deps));
  };

const writeRoutes =
  ({ db, wake }: FeedbackDeps): Routes =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/appointments/:id/feedbacks',
      config: { permission: 'feedback:give', perMinute: 60 },
      schema: {
        operationId: 'giveFeedback',
        summary: 'Give feedback on a concluded appointment',
        description: 'The doctor never learns who wrote it.',
        tags: ['feedback'],
        params: IdParams,
        body: GiveFeedback,
        creates: '/api/v1/appointments/:id/feedbacks/:feedbackId',
        refuses: ['appointment_not_concluded', 'feedback_already_given'],
        response: { 202: Feedback },
      },
      handler: (request, reply) => {
        const actor = actorOf(request);
        const key = idempotencyKeyOf(request);
        const { rating, comment } = request.body;
        const given = { appointmentId: request.params.id, rating, comment: comment ?? null };
        return once(db, key, async () => {
          const feedback = await giveFeedback(db, actor, given, key);
          wake();
          reply.header('location', `/api/v1/appointments/${feedback.appointmentId}/feedbacks/${feedback.id}`);
          return reply.code(202).send(feedback);
        });
      },
    });
    app.route({
      method: 'POST',
      url: '/reviews/:id/reply',
      config: { permission: 'review:reply', perMinute: 60 },
      schema: {
        operationId: 'replyToReview',
        summary: 'Reply to a review, once',
        tags: ['feedback'],
        params: IdParams,
        body: ReplyToReview,
        keyed: true,
        refuses: ['reply_already_given'],
        response: { 200: Review },
      },
      handler: (request) => {
        const key = idempotencyKeyOf(request);
        const reply = { id: request.params.id, text: request.body.text, key };
        return once(db, key, () => replyToReview(db, actorOf(request), reply));
      },
    });
  };

const readRoutes =
  ({ db, people }: FeedbackDeps): Routes =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/appointments/:id/feedbacks',
      config: { permission: 'feedback:read', perMinute: 600 },
      schema: {
        operationId: 'listFeedback',
        summary: 'List the feedback on an appointment',
        tags: ['feedback'],
        params: IdParams,
        response: { 200: page(Feedback) },
      },
      handler: async (request) => ({
        items: await feedbacksOf(db, actorOf(request), request.params.id),
        nextCursor: null,
      }),
    });
    app.route({
      method: 'GET',
      url: '/appointments/:id/feedbacks/:feedbackId',
      config: { permission: 'feedback:read', perMinute: 600 },
      schema: {
        operationId: 'readFeedback',
        summary: 'Read feedback',
        tags: ['feedback'],
        params: FeedbackParams,
        response: { 200: Feedback },
      },
      handler: (request) => {
        const { id, feedbackId } = request.params;
        return readFeedback(db, actorOf(request), { appointmentId: id, feedbackId });
      },
    });
    app.route({
      method: 'GET',
      url: '/doctors/:id/reviews',
      config: { permission: 'review:read', perMinute: 600 },
      schema: {
        operationId: 'listReviews',
        summary: "List a doctor's reviews",
        tags: ['feedback'],
        params: IdParams,
        querystring: PageQuery,
        response: { 200: page(Review) },
      },
      handler: async (request) => {
        const reviews = await reviewsOf(db, request.params.id, request.query);
        if (reviews.items.length === 0) await requireDoctor(people, request.params.id);
        return reviews;
      },
    });
  };
