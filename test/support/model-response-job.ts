import type { SubmittedJob } from '#src/contract/job/job.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { parseId } from '#src/domain/text/id.ts';
import { makeEngine } from '#src/engine/start/make-engine.ts';
import { prepareJob } from '#src/engine/submit/prepare-job.ts';
import { makeSubmit } from '#src/engine/submit/submit.ts';
import { makeLog } from '#src/log.ts';
import type { TestRingback } from './ringback.ts';
import { testPace } from './test-pace.ts';

export type GatewaySubmit = {
  /** Submits a job as a gateway does; `gateway` null: a plain job. */
  submit(input: SubmitInput, gateway?: string | null): Promise<SubmittedJob>;
  close(): Promise<void>;
};

/** Makes an engine of its own on the database of a Ringback, to submit jobs that are model responses. */
export async function gatewaySubmit(ringback: TestRingback): Promise<GatewaySubmit> {
  const log = makeLog(ringback.config, { write: () => undefined });
  const deps = await makeEngine(ringback.config, log, { process: 'web', supervise: false, pace: testPace });
  const submit = makeSubmit(deps, async () => false);
  const submitter = { projectId: parseId('prj', ringback.credentials.projectId) ?? '', apiKeyId: null };
  return {
    async submit(input, gateway = 'responses') {
      const receivers = await deps.receivers.of(submitter.projectId);
      return submit(prepareJob(parseSubmit(input), submitter, deps, { receivers, ...(gateway && { gateway }) }));
    },
    async close() {
      await deps.queue.stop();
      await deps.db.close();
    },
  };
}
