import type { Decision } from '#src/domain/decide/decision.ts';
import type { OutcomeKind, RedirectHop, Timings } from '#src/domain/decide/outcome.ts';
import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { ShownHeader } from './job-options.ts';

/** One attempt to write: masked and complete. An attempt is written only once. */
export type NewAttempt = {
  ownerId: string;
  n: number;
  id: string;
  startedAt: Date;
  endedAt: Date;
  outcome: OutcomeKind;
  status: number | null;
  headers: ShownHeader[] | null;
  body: Uint8Array | null;
  bodySize: number | null;
  failure: { code: string; message: string } | null;
  timings: Timings | null;
  redirects: RedirectHop[];
  remoteAddress: string | null;
  worker: string;
  decision: Decision | null;
};

const written = makeColumns<NewAttempt>({
  owner_id: ['uuid', (attempt) => attempt.ownerId],
  n: ['int', (attempt) => attempt.n],
  id: ['uuid', (attempt) => attempt.id],
  started_at: ['timestamptz', (attempt) => attempt.startedAt],
  ended_at: ['timestamptz', (attempt) => attempt.endedAt],
  outcome: ['text', (attempt) => attempt.outcome],
  status: ['int', (attempt) => attempt.status],
  headers: ['json', (attempt) => attempt.headers],
  body: ['bytea', (attempt) => attempt.body],
  body_size: ['int', (attempt) => attempt.bodySize],
  failure: ['json', (attempt) => attempt.failure],
  timings: ['json', (attempt) => attempt.timings],
  redirects: ['json', (attempt) => (attempt.redirects.length === 0 ? null : attempt.redirects)],
  remote_address: ['text', (attempt) => attempt.remoteAddress],
  worker: ['text', (attempt) => attempt.worker],
  decision: ['json', (attempt) => attempt.decision],
});

/** Writes attempts of jobs and of deliveries. */
export async function insertAttempts(tx: Tx, attempts: NewAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  const text = `insert into attempt (${written.names}) select ${written.selected} from ${written.from}`;
  await tx.send('insert_attempts', text, written.values(attempts));
}
