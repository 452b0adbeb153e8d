import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { ErrorBody } from '#src/contract/shape/error-code.ts';
import type { SubmitInput } from './submit-input.ts';

/** Input with up to 1,000 jobs. Each job is checked and stored by itself. */
export type SubmitManyInput = { jobs: SubmitInput[] };

/** One answer for each job of a batch, in order. */
export type SubmitManyResult = { results: ({ ok: true; job: SubmittedJob } | { ok: false; error: ErrorBody })[] };
