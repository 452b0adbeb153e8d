export type Counts = { passed: number; failed: number; skipped: number };

export type StepResult = Counts & { name: string; seconds: number };

type VitestJson = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
};

type PlaywrightJson = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
};

/** Counts a step that is one test as a whole, by its exit code. */
export function countExit(exitCode: number): Counts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** Counts the tests of a Vitest run. `json` is the text that the JSON reporter wrote; null if it wrote nothing. */
export function countVitest(json: string | null, exitCode: number): Counts {
  if (json === null) return countExit(exitCode || 1);
  const report: VitestJson = JSON.parse(json);
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return settle(exitCode, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

export function countPlaywright(json: string | null, exitCode: number): Counts {
  if (json === null) return countExit(exitCode || 1);
  const { stats, errors }: PlaywrightJson = JSON.parse(json);
  return settle(exitCode, {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  });
}

/**
 * Counts one failure if a runner failed without a failed test (an unhandled rejection, a hook), or if there were no
 * tests at all.
 */
function settle(exitCode: number, counts: Counts): Counts {
  const silentlyFailed = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0);
  return silentlyFailed ? { ...counts, failed: 1 } : counts;
}

/**
 * Returns one line per step, the time of all of them if it is given, and the totals alone on the last line. Steps run side by
 * side, so their times add up to more than the whole.
 */
export function summarise(results: StepResult[], wholeSeconds?: number): string {
  const width = Math.max(0, ...results.map((result) => result.name.length));
  const lines = results.map((result) => {
    const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
    const mark = result.failed > 0 ? 'FAIL' : 'ok  ';
    const counts = `${result.passed} passed, ${result.failed} failed${skipped}`;
    return `${mark}  ${result.name.padEnd(width)}  ${counts}  (${duration(result.seconds)})`;
  });
  const whole = wholeSeconds === undefined ? [] : [`      ${'in all'.padEnd(width)}  ${duration(wholeSeconds)}`];
  const { passed, failed } = total(results);
  return ['', ...lines, ...whole, '', `${passed} passed, ${failed} failed`].join('\n');
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(Math.round(seconds) / 60)} min ${Math.round(seconds) % 60} s`;
}

export function total(results: Counts[]): { passed: number; failed: number } {
  return {
    passed: results.reduce((sum, result) => sum + result.passed, 0),
    failed: results.reduce((sum, result) => sum + result.failed, 0),
  };
}
