/**
 * What failures of one kind have in common: the host, what came of the last attempt (a status, or the code of the error),
 * and the rule that gave up; null: no rule matched.
 */
export type FailureParts = { host: string; cause: string; rule: string | null };

/** Returns the parts as one text, which is stored and filtered by: `api.example.com 503:5xx`. */
export function failurePrint({ host, cause, rule }: FailureParts): string {
  return `${host} ${cause}${rule === null ? '' : `:${rule}`}`;
}

/** Returns the parts of such a text. */
export function readFailurePrint(print: string): FailureParts {
  const space = print.indexOf(' ');
  const rest = print.slice(space + 1);
  const colon = rest.indexOf(':');
  return {
    host: print.slice(0, Math.max(0, space)),
    cause: colon < 0 ? rest : rest.slice(0, colon),
    rule: colon < 0 ? null : rest.slice(colon + 1),
  };
}

/** Returns what came of the last attempt: the status if that was the failure, else the code of the error. */
export function failureCause(code: string, status: number | null): string {
  return code === 'bad_status' && status !== null ? String(status) : code;
}
