/** What a check found: fine, worth a look, or in need of one. */
export type FindingState = 'ok' | 'warning' | 'problem';

/** One line of `ringback doctor`. A finding that is not fine has a cure of one sentence. */
export type Finding = Readonly<{ check: string; state: FindingState; message: string; cure: string | null }>;

/** The value that a check needs, or why it could not be read. */
export type Reading<T> = Readonly<{ read: true; value: T }> | Readonly<{ read: false; reason: string }>;

export function ok(check: string, message: string): Finding {
  return { check, state: 'ok', message, cure: null };
}

export function warning(check: string, message: string, cure: string): Finding {
  return { check, state: 'warning', message, cure };
}

export function problem(check: string, message: string, cure: string): Finding {
  return { check, state: 'problem', message, cure };
}

/** Runs a check over what was read. What could not be read is a problem of that check. */
export function judge<T>(check: string, reading: Reading<T>, look: (value: T) => Finding): Finding {
  if (reading.read) return look(reading.value);
  return problem(
    check,
    `could not be read: ${reading.reason}`,
    'Cure the findings about database, role and migrations first, then run this again.',
  );
}

/** Returns 1 if something is a problem, else 0. */
export function exitCodeOfFindings(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ state }) => state === 'problem') ? 1 : 0;
}

/** Returns a line for each finding, and its cure below it. */
export function findingLines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings.flatMap(({ check, state, message, cure }) => [
    `${state.padEnd(7)}  ${check.padEnd(width)}  ${message}`,
    ...(cure === null ? [] : [`${' '.repeat(9)}${' '.repeat(width)}  → ${cure}`]),
  ]);
}

export function findingsJson(findings: readonly Finding[]): string {
  return JSON.stringify({ ok: exitCodeOfFindings(findings) === 0, findings });
}
