import { describe, expect, test } from 'vitest';
import {
  countExit,
  countPlaywright,
  countVitest,
  readPlaywright,
  readVitest,
  summarise,
} from '#test/support/report.ts';

function vitestJson(passed: number, failed: number, files: { status: string; tests: string[] }[] = []): string {
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: files.map(({ status, tests }) => ({ status, assertionResults: tests.map((t) => ({ status: t })) })),
  });
}

function playwrightJson(expected: number, unexpected: number, errors: string[] = []): string {
  return JSON.stringify({ stats: { expected, unexpected, flaky: 0, skipped: 0 }, errors });
}

describe('counting', () => {
  test('a static step is one test', () => {
    expect(countExit(0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countExit(2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('tests are counted as the runners report them', () => {
    expect(countVitest(vitestJson(7, 2), 1)).toEqual({ passed: 7, failed: 2, skipped: 0 });
    expect(countPlaywright(playwrightJson(5, 1), 1)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  test('a test file that could not be loaded is a failure of its own', () => {
    const files = [
      { status: 'failed', tests: [] },
      { status: 'failed', tests: ['passed', 'failed'] },
    ];
    expect(countVitest(vitestJson(1, 1, files), 1)).toEqual({ passed: 1, failed: 2, skipped: 0 });
    expect(countPlaywright(playwrightJson(0, 0, ['SyntaxError']), 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test.each([
    ['the runner failed though every test passed', vitestJson(3, 0), 1, { passed: 3, failed: 1, skipped: 0 }],
    ['no test ran', vitestJson(0, 0), 0, { passed: 0, failed: 1, skipped: 0 }],
    ['the runner died before it could report', null, 0, { passed: 0, failed: 1, skipped: 0 }],
  ])('it is a failure when %s', (_why, json, exitCode, counts) => {
    expect(countVitest(json, exitCode)).toEqual(counts);
  });
});

test('the summary has a line per step and ends with the totals alone', () => {
  const lines = summarise([
    { name: 'types', passed: 1, failed: 0, skipped: 0, seconds: 2.04 },
    { name: 'unit', passed: 40, failed: 2, skipped: 1, seconds: 10 },
  ]).split('\n');
  expect(lines).toEqual([
    '',
    'ok    types  1 passed, 0 failed  (2.0 s)',
    'FAIL  unit   40 passed, 2 failed, 1 skipped  (10.0 s)',
    '',
    '41 passed, 2 failed',
  ]);
});

test('the summary says how long a step took in minutes, and all of them together', () => {
  const lines = summarise(
    [
      { name: 'integration', passed: 3, failed: 0, skipped: 0, seconds: 419.6 },
      { name: 'build', passed: 1, failed: 0, skipped: 0, seconds: 59.94 },
    ],
    421,
  ).split('\n');
  expect(lines).toEqual([
    '',
    'ok    integration  3 passed, 0 failed  (7 min 0 s)',
    'ok    build        1 passed, 0 failed  (59.9 s)',
    '      in all       7 min 1 s',
    '',
    '4 passed, 0 failed',
  ]);
});

test('the summary repeats what failed, before the totals', () => {
  const failures = ['a.test.ts > x\n  Error: no', 'b.test.ts > y'];
  const lines = summarise([{ name: 'unit', passed: 1, failed: 2, skipped: 0, seconds: 1, failures }]).split('\n');
  expect(lines.slice(2)).toEqual([
    '',
    'unit: a.test.ts > x',
    '  Error: no',
    '',
    'unit: b.test.ts > y',
    '',
    '1 passed, 2 failed',
  ]);
});

test('failures are named by file and test, with the start of their message', () => {
  const message = `\u001b[31mError: no\u001b[39m\n${'at x\n'.repeat(20)}`;
  const assertionResults = [
    { status: 'passed', fullName: 'fine' },
    { status: 'failed', fullName: 'group broken', failureMessages: [message] },
  ];
  const testResults = [
    { name: 'a.test.ts', status: 'failed', assertionResults },
    { name: 'b.test.ts', status: 'failed', message: 'cannot be read', assertionResults: [] },
  ];
  const start = ['a.test.ts > group broken', '  Error: no', ...Array.from({ length: 5 }, () => '  at x')].join('\n');
  const texts = readVitest.failures(JSON.stringify({ testResults }));
  expect(texts).toEqual([start, 'b.test.ts > (the file itself)\n  cannot be read']);

  const results = [{ error: { message: 'timed out' } }];
  const inner = { title: 'a group', specs: [{ title: 'opens', ok: false, tests: [{ results }] }] };
  const suites = [{ title: 'jobs.spec.ts', specs: [{ title: 'fine', ok: true, tests: [] }], suites: [inner] }];
  const report = JSON.stringify({ suites, errors: [{ message: 'no browser' }] });
  expect(readPlaywright.failures(report)).toEqual([
    'jobs.spec.ts > opens\n  timed out',
    'e2e > (the run itself)\n  no browser',
  ]);
});
