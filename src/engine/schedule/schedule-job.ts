import { parseTemplate } from '#src/contract/schedule/schedule-input.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { inJob } from '#src/contract/submit/in-job.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import type { SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { parseExactJson } from '#src/domain/text/exact-json.ts';
import type { Clock, Guards, RoutesInside, Seals, UpstreamsInside } from '#src/engine/deps.ts';
import { prepareJob } from '#src/engine/submit/prepare-job.ts';
import { withUpstream } from '#src/engine/upstream/with-upstream.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { NewJob } from '#src/store/job/insert-jobs.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';

/** The label that all jobs of a schedule have, so that lists, endpoints and bulk actions find them. */
export const scheduleLabel = (name: string): string => `schedule:${name}`;

/** Returns the real template of a schedule. Throws a SealError if its key is missing. */
export function openTemplate(cipher: Cipher, id: string, sealed: Uint8Array): SubmitInput {
  return parseExactJson(cipher.open(sealed, sealContext.schedule(id)).toString('utf8')) as SubmitInput;
}

/** What a job of a schedule is made from. `idempotencyKey` is null for a run that somebody asked for. */
export type ScheduledJob = {
  id: string;
  projectId: string;
  name: string;
  sealed: Uint8Array;
  resultTtlSeconds: number | null;
  idempotencyKey: string | null;
};

/** Returns the next job of a schedule. Throws a refusal with a field of `job` if the template is no longer valid. */
export async function makeScheduledJob(
  tx: Tx,
  of: ScheduledJob,
  deps: Seals & Guards & Clock & RoutesInside & UpstreamsInside,
): Promise<NewJob> {
  const spec = parseTemplate(openTemplate(deps.cipher, of.id, of.sealed));
  return checkedJob(tx, { ...spec, idempotencyKey: of.idempotencyKey }, of, deps);
}

/** Returns the job of a checked template. Throws a refusal for a forbidden target, or an unknown endpoint or upstream. */
export async function checkedJob(
  tx: Tx,
  spec: SubmitSpec,
  of: Pick<ScheduledJob, 'projectId' | 'name' | 'resultTtlSeconds'>,
  deps: Seals & Guards & Clock & RoutesInside & UpstreamsInside,
): Promise<NewJob> {
  const receivers = spec.callback?.endpoint ? await deps.receivers.inside(tx).of(of.projectId) : [];
  const labels = [...new Set([...spec.labels, scheduleLabel(of.name)])];
  const more = { receivers, ...(of.resultTtlSeconds !== null && { resultTtlSeconds: of.resultTtlSeconds }) };
  try {
    const placed = await withUpstream(deps.upstreams.inside(tx), of.projectId, spec);
    return prepareJob({ ...placed, labels }, { projectId: of.projectId, apiKeyId: null }, deps, more);
  } catch (error) {
    throw error instanceof Refusal ? inJob(error) : error;
  }
}
