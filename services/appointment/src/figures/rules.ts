import {
  type AppointmentStatus,
  dayInBrazil,
  type Figures,
  type FiguresQuery,
  type FiguresTotal,
  firstYear,
  lastYear,
  ofEachStatus,
} from '@consulta/contracts';
import { badField } from '@consulta/platform/problems';

const weeksByDefault = 12;
const weeksMax = 106;

/** Whole weeks: from a Monday up to a Sunday, both included. */
export type Weeks = { from: Temporal.PlainDate; to: Temporal.PlainDate };

/** The whole weeks asked for; throws 400 when they run backwards or are more than two years. */
export function weeksAsked(query: FiguresQuery, today: Temporal.PlainDate): Weeks {
  const last = query.to ? dayOf('/to', query.to) : today;
  const first = query.from ? dayOf('/from', query.from) : last.subtract({ weeks: weeksByDefault - 1 });
  if (Temporal.PlainDate.compare(first, last) > 0) throw badField('/to', 'ends_before_start');
  const from = mondayOf(first);
  const to = mondayOf(last).add({ days: 6 });
  if (from.until(to).days >= weeksMax * 7) throw badField('/from', 'span_too_long', weeksMax);
  return { from, to };
}

function mondaysOf({ from, to }: Weeks): Temporal.PlainDate[] {
  const count = Math.ceil((from.until(to).days + 1) / 7);
  return Array.from({ length: count }, (_, weeks) => from.add({ weeks }));
}

const mondayOf = (day: Temporal.PlainDate) => day.subtract({ days: day.dayOfWeek - 1 });

function dayOf(pointer: string, text: string): Temporal.PlainDate {
  const day = readDay(text);
  if (!day) throw badField(pointer, 'date_invalid');
  if (day.year < firstYear || day.year > lastYear) {
    throw badField(pointer, 'out_of_range', `${firstYear}/${lastYear}`);
  }
  return day;
}

function readDay(text: string): Temporal.PlainDate | undefined {
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return Temporal.PlainDate.from(text);
    return dayInBrazil(Temporal.Instant.from(text));
  } catch {
    return undefined;
  }
}

/** The weeks' Mondays, and the instants at which they begin in a zone, followed by the one at which the last week ends. */
export function weekStarts({ from, to }: Weeks, timeZone: string): { names: string[]; starts: string[] } {
  const mondays = mondaysOf({ from, to });
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(timeZone).toInstant().toString();
  return { names: mondays.map(String), starts: [...mondays, to.add({ days: 1 })].map(startOf) };
}

/** Appointments of one status, or ratings, in the week that begins on `week`. */
export type StatusCount = { week: string; status: AppointmentStatus; count: number };
export type RatingSum = { week: string; sum: number; count: number };

/** Puts counts into their weeks, weeks without any included, and sums them up. */
export function toFigures(weeks: Weeks, statuses: StatusCount[], ratings: RatingSum[]): Figures {
  const statusesByWeek = Map.groupBy(statuses, ({ week }) => week);
  const ratingsByWeek = Map.groupBy(ratings, ({ week }) => week);
  const rows = mondaysOf(weeks).map((day) => {
    const weekStart = day.toString();
    const counts = summarize(statusesByWeek.get(weekStart) ?? [], ratingsByWeek.get(weekStart) ?? []);
    return { weekStart, ...counts };
  });
  const total = summarize(statuses, ratings);
  return { from: weeks.from.toString(), to: weeks.to.toString(), weeks: rows, total };
}

function summarize(statuses: StatusCount[], ratings: RatingSum[]): FiguresTotal {
  const byStatus = ofEachStatus(() => 0);
  for (const { status, count } of statuses) byStatus[status] += count;
  const due = byStatus.concluded + byStatus.no_show;
  const sum = ratings.reduce((total, each) => total + each.sum, 0);
  const count = ratings.reduce((total, each) => total + each.count, 0);
  return {
    byStatus,
    noShowRate: due === 0 ? null : byStatus.no_show / due,
    rating: { average: count === 0 ? null : sum / count, count },
  };
}
