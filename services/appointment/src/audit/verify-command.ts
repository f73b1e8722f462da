import type pg from 'pg';
import { type AuditVerdict, type Evidence, verifyAudit } from './verify.ts';

/**
 * `npm run audit:verify [-- --head POSITION:HASH]`: checks the whole audit trail, prints what it found, the rate and
 * what that proves, and answers the exit code: 0 when the trail is whole, 1 otherwise.
 */
export async function auditVerifyMain(
  deps: Evidence & { pool: pg.Pool; print: (line: string) => void },
): Promise<number> {
  const verdict = await verifyAudit(deps.pool, deps);
  const { rows, unsealed, seconds, faults } = verdict;
  for (const { kind, position, entryId, detail } of faults) {
    deps.print(`${kind}: position ${position ?? '-'}, entry ${entryId ?? '-'}: ${detail}`);
  }
  const rate = Math.round(rows / Math.max(seconds, 1e-6));
  deps.print(
    `${rows} entries checked in ${seconds.toFixed(2)} s (${rate} rows/s), ${unsealed} not yet sealed`,
  );
  if (faults.length > 0) {
    deps.print(`The audit trail has ${faults.length} faults.`);
    return 1;
  }
  deps.print('The audit trail is whole.');
  for (const line of whatItProves(verdict, deps)) deps.print(line);
  return 0;
}

/** A head as it is noted down: `POSITION:HASH`, the hash in hexadecimal. Throws where it is not one. */
export function parseNotedHead(text: string): { position: number; hash: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (!match?.[1] || !match[2]) throw new Error('--head takes POSITION:HASH, as an earlier run printed it');
  return { position: Number(match[1]), hash: match[2] };
}

function whatItProves({ signedTo, unsealed }: AuditVerdict, { trailKey, noted }: Evidence): string[] {
  if (!trailKey || !signedTo) {
    return [
      'Proven: no entry differs from its hash. Nothing is signed yet: who may write to the database and the heads',
      'could have computed both anew. The first sealing makes the key.',
    ];
  }
  const { position, hash, at } = signedTo;
  const { since } = trailKey;
  return [
    `Last signed head: ${position}:${hash}${at ? ` of ${at}` : ''}`,
    `Proven: of the entries up to position ${position} none was changed, removed, inserted or moved by anybody without`,
    'the key file, whatever rights they had on the database and the recorded heads.',
    'Not proven:',
    `- that the end was not cut off together with all heads recorded since${noted ? ', beyond the head you gave' : ''}: note the head above elsewhere (the log`,
    '  names heads too) and give it to a later run as --head POSITION:HASH;',
    `- anything of the ${unsealed} entries not yet sealed, or against somebody who has the key file;`,
    ...(since.position > 0
      ? [
          `- that the entries up to position ${since.position} were whole when the key was made: earlier versions had none;`,
        ]
      : []),
    '- that the service recorded every access: the trail shows only what was written to it.',
  ];
}
