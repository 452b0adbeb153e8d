import type { HeadersInput, SubmitInput } from './submit-input.ts';

/**
 * What `jobs.rerun` changes about a job: any field of a submission. Fields that are not given stay as they were. Where the
 * shown form of a secret is given back unchanged (`Bearer ********`), the secret itself stays, as long as it is kept and
 * the origin is the same.
 */
export type RerunEdits = Partial<Omit<SubmitInput, 'headers' | 'body' | 'callback' | 'deadlineSeconds'>> & {
  /** Those given replace the ones of their names; `null` removes one. */
  headers?: { [name: string]: HeadersInput[string] | null } | undefined;
  /** `null`: without a body. */
  body?: SubmitInput['body'] | null;
  /** `null`: without a callback. */
  callback?: SubmitInput['callback'] | null;
  /** `null`: without a deadline. */
  deadlineSeconds?: SubmitInput['deadlineSeconds'] | null;
};
