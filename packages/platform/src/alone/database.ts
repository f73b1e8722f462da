import { X509Certificate } from 'node:crypto';
import type { DatabasePlace } from '../database/pool.ts';
import {
  oneOf,
  optional,
  orInFile,
  readBy,
  type Settings,
  secret,
  withDefault,
} from '../process/environment.ts';

const addressAccepted =
  'the address of a PostgreSQL database, as in postgres://user:password@host:5432/name, whose TLS DATABASE_TLS decides alone';

/**
 * The address of a PostgreSQL database. Like all secrets it may be held by a file that `NAME_FILE` names. Its own
 * parameters about TLS (`sslmode` and the like) are refused: the driver would heed them and not `DATABASE_TLS`.
 */
export const databaseUrl = orInFile({
  ...readBy(addressAccepted, (given) => {
    const { protocol, searchParams } = new URL(given);
    const decidesTls = searchParams.keys().some((name) => /ssl/i.test(name));
    return /^postgres(ql)?:$/.test(protocol) && !decidesTls ? given : undefined;
  }),
  secret: true,
});

/** The password for such an address, where that has none. */
export const databasePassword = optional(orInFile(secret(1)));

/** How every database is connected to. */
export const databaseTlsVariables = {
  /** `on`: by TLS alone, to a server whose certificate is for its host. */
  DATABASE_TLS: withDefault(oneOf('on', 'off'), 'off'),
  /** Who issues that certificate, in PEM; the usual authorities without it. Mostly given as DATABASE_CA_FILE. */
  DATABASE_CA: optional(
    orInFile(
      readBy('certificates in PEM', (given) => {
        // Throws where it is none.
        new X509Certificate(given);
        return given;
      }),
    ),
  ),
};

/** Puts an address and its password together. */
export function databaseAt(
  address: string,
  password: string | undefined,
  { DATABASE_TLS: tls, DATABASE_CA: authorities }: Settings<typeof databaseTlsVariables>,
): DatabasePlace {
  const url = new URL(address);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return { url: url.href, tls: tls === 'on' ? { authorities } : undefined };
}
