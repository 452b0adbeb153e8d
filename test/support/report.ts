import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

export type Counts = { passed: number; failed: number; skipped: number };

/** `failures`: a text for each failure, which may have several lines, so that the end of a long output says what failed. */
export type StepResult = Counts & { name: string; seconds: number; failures?: string[] };

type VitestTest = { status: string; fullName?: string; failureMessages?: string[] };

type VitestJson = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name?: string; status: string; message?: string; assertionResults: VitestTest[] }[];
};

type PlaywrightSuite = {
  title: string;
  suites?: PlaywrightSuite[];
  specs?: { title: string; ok: boolean; tests: { results: { error?: { message?: string } }[] }[] }[];
};

type PlaywrightJson = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: { message?: string }[];
  suites?: PlaywrightSuite[];
};

/** How a runner's JSON report is read; `json` is null if the runner wrote none. */
export type Reading = {
  count: (json: string | null, exitCode: number) => Counts;
  failures: (json: string) => string[];
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

export const readVitest: Reading = {
  count: countVitest,
  failures: (json) =>
    (JSON.parse(json) as VitestJson).testResults
      .filter(({ status }) => status === 'failed')
      .flatMap(({ name = '', message = '', assertionResults }) => {
        const failed = assertionResults.filter(({ status }) => status === 'failed');
        if (failed.length === 0) return [failure(name, '(the file itself)', message)];
        return failed.map((test) => failure(name, test.fullName ?? '', test.failureMessages?.[0] ?? ''));
      }),
};

export const readPlaywright: Reading = {
  count: countPlaywright,
  failures: (json) => {
    const { errors, suites = [] }: PlaywrightJson = JSON.parse(json);
    const messages = errors.map(({ message = '' }) => failure('e2e', '(the run itself)', message));
    return [...suites.flatMap((suite) => failedSpecs(suite, suite.title)), ...messages];
  },
};

function failedSpecs({ specs = [], suites = [] }: PlaywrightSuite, file: string): string[] {
  const own = specs.filter(({ ok }) => !ok);
  const messageOf = ({ tests }: (typeof own)[number]) =>
    tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? '')).find((message) => message !== '');
  return [
    ...own.map((spec) => failure(file, spec.title, messageOf(spec) ?? '')),
    ...suites.flatMap((suite) => failedSpecs(suite, file)),
  ];
}

function failure(file: string, test: string, message: string): string {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, 6);
  return [`${path.relative('', file) || file} > ${test}`, ...lines.map((line) => `  ${line}`)].join('\n');
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
 * Returns one line per step, the time of all of them if it is given, what failed, and the totals alone on the last
 * line. Steps run side by side, so their times add up to more than the whole.
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
  const failures = results.flatMap(({ name, failures = [] }) => failures.flatMap((text) => ['', `${name}: ${text}`]));
  return ['', ...lines, ...whole, ...failures, '', `${passed} passed, ${failed} failed`].join('\n');
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
