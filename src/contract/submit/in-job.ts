import { Refusal } from '#src/contract/shape/error-code.ts';

/** Returns a refusal of a submission as one of an input that holds the submission in its field `job`. */
export function inJob({ code, message, field }: Refusal): Refusal {
  return new Refusal(code, message, field === undefined || field === '' ? 'job' : `job.${field}`);
}
