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

/** A step that is one test as a whole: its exit code says it all. */
export function countExit(exitCode: number): Counts {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** `json`: what the JSON reporter wrote, null when it wrote nothing. */
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

/** A runner may fail without a failed test (an unhandled rejection, a hook), and no tests at all is a failure too. */
function settle(exitCode: number, counts: Counts): Counts {
  const silentlyFailed = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0);
  return silentlyFailed ? { ...counts, failed: 1 } : counts;
}

/**
 * A line per step, how long all of it took where that is given (steps run side by side, so that it is less than their
 * sum), and the totals alone on the last line.
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
