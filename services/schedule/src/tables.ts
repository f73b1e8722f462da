import type { Weekday } from '@consulta/contracts';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** ScheduleDB, as `migrations/` makes it. */
export type Tables = {
  doctors: DoctorsTable;
  schedules: SchedulesTable;
  slots: SlotsTable;
  claims: ClaimsTable;
  open_slots: OpenSlotsView;
};

type DoctorsTable = {
  id: string;
  bookable: boolean | null;
  auto_confirm: Generated<boolean>;
  confirm_within_hours: number | null;
  min_booking_notice_minutes: Generated<number>;
  min_cancel_notice_minutes: Generated<number>;
  next_available_at: Date | null;
  recheck_at: Date | null;
  slots_made: Generated<number>;
  slots_made_since: Date | null;
};

type SchedulesTable = {
  id: Generated<string>;
  doctor_id: string;
  kind: 'date' | 'weekly';
  active: boolean;
  time_zone: string;
  slot_minutes: number;
  date: string | null;
  times: string[] | null;
  weekdays: Weekday[] | null;
  start_time: string | null;
  end_time: string | null;
  valid_from: string | null;
  valid_until: string | null;
  except_dates: string[] | null;
  materialized_until: string;
  skipped_from: ColumnType<string | null, undefined, string | null>;
  version: Generated<number>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  deleted_at: Date | null;
};

type SlotsTable = {
  id: GeneratedAlways<string>;
  schedule_id: string;
  doctor_id: string;
  starts_at: Date;
  ends_at: Date;
  withdrawn_at: Date | null;
};

type ClaimsTable = {
  appointment_id: string;
  slot_id: string | null;
  claimed_at: Generated<Date>;
  released_at: Date | null;
  released_slot_id: string | null;
};

type OpenSlotsView = {
  id: string;
  schedule_id: string;
  doctor_id: string;
  starts_at: Date;
  ends_at: Date;
  min_booking_notice_minutes: number;
  time_zone: string;
};
