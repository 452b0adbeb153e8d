import { describe, expect, it } from 'vitest';
import type { HeaderList, Outcome, Received } from '#src/domain/decide/outcome.ts';
import { response } from './outcomes.ts';
import { delayOf, httpDate, now, retries, tooLong } from './retried.ts';

const hour = 3_600_000;

describe('Retry-After', () => {
  it.each([403, 408, 409, 425, 429, 500, 502, 503, 504, 529])('is a floor under a backoff on %i', (status) => {
    const decision = retries({ any: {} }, response(status, { 'retry-after': '30' }));
    expect(decision).toMatchObject({ then: 'retry', delayMs: 30_000, inputs: { usedHeaders: ['retry-after'] } });
    expect(retries({ any: {} }, response(status, { 'retry-after': '3601' }))).toMatchObject(tooLong);
    const deadlineAtMs = now + 20_000;
    expect(retries({ any: {} }, response(status, { 'retry-after': '30' }), { deadlineAtMs })).toMatchObject(tooLong);
  });

  it('is a floor under polling by a rule that names 200', () => {
    const retry = { '200': { bodyMatches: { pointer: '/status', value: 'pending' } } };
    const pending = response(200, { 'retry-after': '9' }, '{"status":"pending"}');
    expect(retries(retry, pending)).toMatchObject({ then: 'retry', delayMs: 9_000 });
  });

  const headers = { strategy: 'headers' as const, resetHeader: 'x-reset', remainingHeader: 'x-left' };

  it.each([429, 403])('is a floor under %i with something left', (status) => {
    const left = { 'x-left': '12', 'x-reset': '40', 'retry-after': '20' };
    expect(retries({ any: headers }, response(status, left))).toMatchObject({ then: 'retry', delayMs: 20_000 });
  });

  it('is a floor under an earlier reset, and not under a later one', () => {
    const reset = { 'x-left': '0', 'x-reset': '10' };
    const decision = retries({ '429': headers }, response(429, { ...reset, 'retry-after': '20' }), { random: 0.5 });
    expect(decision).toMatchObject({ then: 'retry', delayMs: 20_500, inputs: { usedHeaders: ['retry-after'] } });
    expect(decision.why).toBe(
      '429 matched rule "429": waiting as retry-after asks, 20 s and 500 ms of spread (x-reset: 10 s). Retry 1 of 10.',
    );
    expect(delayOf(retries({ '429': headers }, response(429, { ...reset, 'retry-after': '5' })))).toBe(10_000);
  });

  it.each<[string | string[], number]>([
    ['1.5', 1_500],
    ['2026-11-20T12:00:31Z', 31_000],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
    ['60s', 60_000],
    ['2m', 120_000],
    ['1m30s', 90_000],
    ['2500ms', 2_500],
    ['120, 60', 120_000],
    ['60,120', 120_000],
    ['30, Fri, 20 Nov 2026 12:02:00 GMT', 120_000],
    ['Fri, 20 Nov 2026 12:02:00 GMT, 30', 120_000],
    ['Friday, 20-Nov-26 12:01:00 GMT, Fri, 20 Nov 2026 12:02:00 GMT', 120_000],
    ['-5, soon, 45', 45_000],
    [['60', '120', '90'], 120_000],
    [['soon', '45'], 45_000],
    [['30', 'Fri, 20 Nov 2026 12:02:00 GMT'], 120_000],
  ])('is read as %j', (value, delayMs) => {
    const lines: HeaderList = (Array.isArray(value) ? value : [value]).map((line) => ['retry-after', line]);
    expect(delayOf(retries({ '503': {} }, response(503, lines)))).toBe(delayMs);
    expect(delayOf(retries('default', response(429, lines)))).toBe(delayMs);
  });

  it.each<[HeaderList, number, string]>([
    [[['retry-after-ms', '2500']], 2_500, 'retry-after-ms'],
    [[['retry-after-ms', '1500.2']], 1_501, 'retry-after-ms'],
    [[['retry-after-ms', '1500, 4000']], 4_000, 'retry-after-ms'],
    // The milliseconds are the exact value of what the other header rounds.
    [
      [
        ['retry-after', '3'],
        ['retry-after-ms', '2500'],
      ],
      2_500,
      'retry-after-ms',
    ],
    [
      [
        ['retry-after', '2'],
        ['retry-after-ms', '2500'],
      ],
      2_500,
      'retry-after-ms',
    ],
    // Who contradicts himself is not asked again before the later time.
    [
      [
        ['retry-after', '60'],
        ['retry-after-ms', '2500'],
      ],
      60_000,
      'retry-after',
    ],
    [
      [
        ['retry-after', '2'],
        ['retry-after-ms', '60000'],
      ],
      60_000,
      'retry-after-ms',
    ],
    [
      [
        ['retry-after', '20'],
        ['retry-after-ms', 'soon'],
      ],
      20_000,
      'retry-after',
    ],
    [
      [
        ['retry-after', 'soon'],
        ['retry-after-ms', '2500'],
      ],
      2_500,
      'retry-after-ms',
    ],
  ])('with retry-after-ms: %j waits %i ms', (lines, delayMs, used) => {
    const decision = retries({ '503': {} }, response(503, lines));
    expect(decision).toMatchObject({ then: 'retry', delayMs, inputs: { usedHeaders: [used] } });
    expect(decision.why).toContain(`waiting as ${used} asks`);
    expect(decision.inputs.retryAfter?.endsWith(' ms')).toBe(used === 'retry-after-ms');
    expect(delayOf(retries('default', response(429, lines)))).toBe(delayMs);
    const own = { '429': { strategy: 'headers' as const, resetHeader: 'retry-after-ms' } };
    expect(delayOf(retries(own, response(429, lines)))).toBe(delayMs);
  });
});

describe('dates', () => {
  it.each([-hour, 0, hour])('of a server whose clock is %i ms ahead are read by its own Date', (aheadMs) => {
    const theirs = now + aheadMs;
    const date = httpDate(theirs);
    for (const [name, value] of [
      ['retry-after', httpDate(theirs + 30_000)],
      ['retry-after', new Date(theirs + 30_000).toISOString()],
      ['x-ratelimit-reset', httpDate(theirs + 30_000)],
      ['x-ratelimit-reset', new Date(theirs + 30_000).toISOString()],
      ['x-ratelimit-reset', String((theirs + 30_000) / 1_000)],
      ['x-ratelimit-reset', String(theirs + 30_000)],
    ] as const) {
      const decision = retries('default', response(429, { date, [name]: value }));
      expect(delayOf(decision), value).toBe(30_000);
      expect(decision.inputs.usedHeaders?.includes('date')).toBe(aheadMs !== 0);
      expect(decision.inputs.resetAt).toBe(new Date(now + 30_000).toISOString());
    }
  });

  it('that are over by the server’s own clock are no wait', () => {
    const date = httpDate(now + hour);
    const over = httpDate(now + hour - 5_000);
    expect(delayOf(retries({ '503': {} }, response(503, { date, 'retry-after': over })))).toBe(1_000);
  });

  it('do not move what is counted from now, and an unreadable Date moves nothing', () => {
    expect(delayOf(retries('default', response(429, { date: httpDate(now + hour), 'x-ratelimit-reset': '30' })))).toBe(
      30_000,
    );
    const asked = { date: 'yesterday', 'retry-after': httpDate(now + 30_000) };
    expect(delayOf(retries('default', response(429, asked)))).toBe(30_000);
  });
});

describe('names of reset headers', () => {
  it.each(['default', 'openai', 'anthropic'])('are known to the preset %s', (preset) => {
    for (const [name, value, delayMs] of [
      ['ratelimit', '"default";r=0;t=30', 30_000],
      ['ratelimit-reset', '30', 30_000],
      ['x-ratelimit-reset', '25', 25_000],
      ['x-ratelimit-reset-after', '1.25', 1_250],
      ['x-rate-limit-reset', String(now / 1_000 + 40), 40_000],
    ] as const) {
      const decision = retries(preset, response(429, { [name]: value }));
      expect(delayOf(decision), name).toBe(delayMs);
      expect(decision.inputs.usedHeaders).toEqual([name]);
    }
  });

  it('may come in several lines, of which the latest reset counts', () => {
    const lines = (name: string, values: string[]): HeaderList => values.map((value) => [name, value]);
    expect(delayOf(retries('default', response(429, lines('x-ratelimit-reset', ['10', '70', '30']))))).toBe(70_000);
    expect(delayOf(retries('default', response(429, lines('x-ratelimit-reset', ['10, 70', '30']))))).toBe(70_000);
    const windows = lines('ratelimit', ['limit=9, remaining=0, reset=5', 'limit=99, remaining=0, reset=50']);
    expect(delayOf(retries('default', response(429, windows)))).toBe(50_000);
  });

  it('have something left only if every line of the other header says so', () => {
    const lines: HeaderList = [
      ['x-ratelimit-reset', '30'],
      ['x-ratelimit-remaining', '5'],
    ];
    expect(delayOf(retries('default', response(429, [...lines, ['x-ratelimit-remaining', '0']])))).toBe(30_000);
    expect(delayOf(retries('default', response(429, [...lines, ['x-ratelimit-remaining', '5']])))).toBe(1_000);
  });
});

describe('Retry-After of a response that was cut or timed out in its body', () => {
  const partial: Received = {
    status: 429,
    headers: [['retry-after', '30']],
    body: new Uint8Array(),
    truncated: true,
    redirects: [],
    remoteAddress: null,
  };
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 1 };
  const cut: Outcome = {
    kind: 'connection_error',
    code: 'connection_reset',
    message: '',
    requestSent: true,
    partial,
    timings,
  };
  const late: Outcome = { kind: 'timeout', afterMs: 1_000, phase: 'body', requestSent: true, partial, timings };

  it.each([
    ['cut', cut],
    ['late', late],
  ])('is a floor too: %s', (_, outcome) => {
    const decision = retries({ any: {} }, outcome);
    expect(decision).toMatchObject({ then: 'retry', delayMs: 30_000, inputs: { usedHeaders: ['retry-after'] } });
    expect(decision.why).toContain('Waiting as retry-after asks, 30 s');
    expect(retries({ any: {} }, outcome, { deadlineAtMs: now + 20_000 })).toMatchObject(tooLong);
  });
});
