import type { ErrorBody } from './error-code.ts';
import type { SubmittedJob } from './job.ts';
import type { SubmitInput } from './submit-input.ts';

/** Up to 1,000 jobs at once; each is checked and stored by itself. */
export type SubmitManyInput = { jobs: SubmitInput[] };

/** One answer for each job of a batch, in order. */
export type SubmitManyResult = { results: ({ ok: true; job: SubmittedJob } | { ok: false; error: ErrorBody })[] };
