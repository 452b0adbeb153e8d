import type { HeadersInput, SubmitInput } from './submit-input.ts';

/**
 * Changes that `jobs.rerun` makes to a job: any field of a submission. Absent fields stay as they were. A secret given
 * back in its shown form (`Bearer ********`) keeps its real value, if that is still stored and the origin is the same.
 */
export type RerunEdits = Partial<Omit<SubmitInput, 'headers' | 'body' | 'callback' | 'deadlineSeconds'>> & {
  /** Headers to change: a given header replaces the one with its name, and `null` removes it. */
  headers?: { [name: string]: HeadersInput[string] | null } | undefined;
  /** New body; `null` removes the body. */
  body?: SubmitInput['body'] | null;
  /** New callback; `null` removes the callback. */
  callback?: SubmitInput['callback'] | null;
  /** New deadline; `null` removes the deadline. */
  deadlineSeconds?: SubmitInput['deadlineSeconds'] | null;
};
