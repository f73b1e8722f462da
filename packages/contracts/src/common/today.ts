/** The zone of "today" in Brazil: Brasília time. */
export const brazilZone = 'America/Sao_Paulo';

/** The day it is in Brazil at an instant. UTC's is already the next one from 21:00 on. */
export const dayInBrazil = (instant: Temporal.Instant): Temporal.PlainDate =>
  instant.toZonedDateTimeISO(brazilZone).toPlainDate();
