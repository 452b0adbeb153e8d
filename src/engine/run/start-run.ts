import type { RunStartInput, StartedRun } from '#src/contract/run/run-view.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { limits, runLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { findBadText } from '#src/domain/text/text-check.ts';
import type { Reads, Wakes } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import type { Submitter } from '#src/engine/submit/prepare-job.ts';
import { storeJobs } from '#src/engine/submit/submit.ts';
import { findRun, findRunByKey, insertRun, type RunRow } from '#src/store/run/run-rows.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import type { TurnDeps } from './advance-runs.ts';
import { newSecret } from './run-token.ts';
import { toRun } from './to-run.ts';
import { makeTurn } from './turn-job.ts';

/**
 * Starts a run: stores it with the job of its first turn. The same idempotency key leads to the same run. Throws
 * `idempotency_conflict` if that run has another URL or payload, and the errors of a submission, such as `quota_exceeded`.
 */
export async function startRun(
  deps: Reads & Wakes & TurnDeps,
  submitter: Submitter,
  input: RunStartInput,
): Promise<StartedRun> {
  const payload = payloadText(input.payload);
  const id = newId(deps.now());
  const { job, tokenHash } = makeTurn({ id, url: input.url, turn: 1 }, submitter, deps);
  const { projectId } = submitter;
  const key = readKey(input.idempotencyKey);
  const { row, isNew } = await deps.db.transaction(async (tx) => {
    const isNew = await insertRun(tx, {
      id,
      projectId,
      url: job.url,
      name: new URL(job.url).pathname,
      labels: [...new Set(input.labels ?? [])],
      payload,
      idempotencyKey: key,
      turnJobId: job.id,
      token_hash: tokenHash,
      secret: deps.cipher.seal(newSecret(), sealContext.run(id)),
      lifeSeconds: runLimits.lifeSeconds,
    });
    if (isNew) refuseRefused(await storeJobs(tx, [job], deps, 'all'));
    const row = isNew ? await findRun(tx, projectId, id) : await findRunByKey(tx, projectId, key ?? '');
    if (row === undefined) throw new Refusal('unavailable', 'the run of this idempotency key was just deleted');
    return { row, isNew };
  });
  if (isNew) deps.notify('due');
  else refuseOther(row, job.url, payload);
  return { ...toRun(row), replayed: !isNew };
}

/** Throws if a quota has no room for the run. Its later turns, and what they ask for, are never refused. */
function refuseRefused([answer]: Awaited<ReturnType<typeof storeJobs>>): void {
  if (answer !== undefined && 'refusal' in answer) throw answer.refusal;
}

function readKey(key: string | undefined): string | null {
  if (key === undefined) return null;
  if (key.length > 0 && key.length <= limits.idempotencyKeyLength) return key;
  const message = `the idempotency key must have 1 to ${limits.idempotencyKeyLength} characters`;
  throw new Refusal('invalid_input', message, 'idempotencyKey');
}

function payloadText(payload: unknown): string {
  const found = payload === undefined ? null : findBadText(payload, limits.jsonDepth);
  if (found !== null) {
    throw new Refusal('invalid_json', '`payload` must be JSON, without U+0000 and at most 64 deep.', 'payload');
  }
  const text = JSON.stringify(payload ?? null);
  const size = Buffer.byteLength(text);
  if (size <= runLimits.payloadBytes) return text;
  const most = runLimits.payloadBytes.toLocaleString('en-US');
  throw new Refusal('invalid_input', `\`payload\` must be at most ${most} bytes of JSON, not ${size}.`, 'payload');
}

function refuseOther(row: RunRow, url: string, payload: string): void {
  if (row.url === url && (row.payload === null || row.payload === payload)) return;
  const message = `the idempotency key was used for ${formatId('run', row.id)} with another URL or payload`;
  throw new Refusal('idempotency_conflict', message, 'idempotencyKey');
}
