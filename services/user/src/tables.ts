import type { Address, ConsultationMode, Crm, Honorific, Role, VerificationState } from '@consulta/contracts';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/*
 * UserDB as Kysely sees it; `migrations/` is the truth.
 */

type Instant = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
export type RqeRow = { specialty: string; number: string };

type UsersTable = {
  id: string;
  role: Role;
  full_name: string;
  social_name: string | null;
  birth_date: string | null;
  email: string;
  cpf: string | null;
  phone: string | null;
  address: ColumnType<Address | null, string | null | undefined, string | null>;
  password_hash: string;
  created_at: Instant;
  updated_at: Instant;
};

type DoctorsTable = {
  user_id: string;
  crm_number: string;
  crm_state: Crm['state'];
  specialties: string[];
  rqes: JSONColumnType<RqeRow[]>;
  bio: string | null;
  honorific: Honorific | null;
  consultation_price_cents: number;
  insurances: string[];
  modes: ConsultationMode[];
  verification: VerificationState;
  verified_at: NullableInstant;
  suspension_reason: string | null;
  revision: Generated<number>;
};

/** The part of the directory that ordinary queries touch; searches are plain SQL. */
type DoctorDirectoryTable = {
  doctor_id: string;
  listed: boolean;
  full_name: string;
  city: string;
  state: string;
  rating_average: number | null;
  rating_count: number;
  next_available_at: NullableInstant;
};

type SessionsTable = {
  id: string;
  user_id: string;
  user_agent: string | null;
  created_at: Instant;
  last_used_at: Instant;
  expires_at: ColumnType<Date, Date | string, Date | string>;
  ended_at: NullableInstant;
};

type RefreshTokensTable = {
  hash: Buffer;
  session_id: string;
  used_at: NullableInstant;
  used_again_at: NullableInstant;
};

type RevocationsTable = {
  id: Generated<number>;
  kind: 'session' | 'user';
  target_id: string;
  at: Instant;
};

type LoginAttemptsTable = {
  key: Buffer;
  failures: number;
  under_way: Generated<Date[]>;
  charged_at: Instant;
  locked_until: NullableInstant;
  succeeded_at: NullableInstant;
};

type SigningKeysTable = {
  kid: string;
  public_jwk: JSONColumnType<Record<string, unknown>>;
  private_jwk: ColumnType<Record<string, unknown> | null, null | undefined, null>;
  private_sealed: Buffer | null;
  created_at: Instant;
};

type DeletedAccountsTable = { user_id: string; role: Role; deleted_at: Instant };

export type UserTables = {
  users: UsersTable;
  doctors: DoctorsTable;
  doctor_directory: DoctorDirectoryTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  revocations: RevocationsTable;
  login_attempts: LoginAttemptsTable;
  signing_keys: SigningKeysTable;
  deleted_accounts: DeletedAccountsTable;
};
