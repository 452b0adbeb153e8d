import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Ringback, RingbackError } from '#src/client/index.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { aJob, apiKey, client, data, down, never, refusal, settled, url } from './fake-ringback.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('every method', () => {
  const job = aJob();
  const methods: [
    name: string,
    call: (ringback: Ringback) => Promise<unknown>,
    path: string,
    input: unknown,
    answer: unknown,
    value?: unknown,
  ][] = [
    [
      'submit',
      (r) => r.submit({ url: 'https://a.test/', idempotencyKey: 'k' }),
      'POST jobs.submit',
      { url: 'https://a.test/', idempotencyKey: 'k' },
      job,
    ],
    [
      'submitMany',
      (r) => r.submitMany([{ url: 'https://a.test/', idempotencyKey: 'k' }]),
      'POST jobs.submitMany',
      { jobs: [{ url: 'https://a.test/', idempotencyKey: 'k' }] },
      { results: [{ ok: true, job }] },
      [{ ok: true, job }],
    ],
    ['get', (r) => r.get('job_1'), 'GET jobs.get', { id: 'job_1' }, job],
    ['getMany', (r) => r.getMany(['job_1']), 'GET jobs.getMany', { ids: ['job_1'] }, { jobs: [job] }, [job]],
    [
      'list',
      (r) => r.list({ state: 'failed', limit: 5 }),
      'GET jobs.list',
      { state: 'failed', limit: 5 },
      { jobs: [], nextCursor: null },
    ],
    ['attempts', (r) => r.attempts('job_1'), 'GET jobs.attempts', { id: 'job_1' }, { attempts: [], deliveries: [] }],
    ['cancel', (r) => r.cancel('job_1'), 'POST jobs.cancel', { id: 'job_1' }, job],
    [
      'rerun',
      (r) => r.rerun('job_1', { body: new Uint8Array([255]) }),
      'POST jobs.rerun',
      { id: 'job_1', edits: { body: { base64: '/w==' } } },
      job,
    ],
    [
      'schedules.create',
      (r) => r.schedules.create({ name: 'n', cron: '@daily', job: { url: new URL('https://a.test/') } }),
      'POST schedules.create',
      { name: 'n', cron: '@daily', job: { url: 'https://a.test/' } },
      { id: 'sch_1' },
    ],
    ['schedules.runNow', (r) => r.schedules.runNow('n'), 'POST schedules.runNow', { id: 'n' }, job],
    [
      'endpoints.create',
      (r) => r.endpoints.create({ name: 'n', url: new URL('https://a.test/'), headers: [['x-a', '1']] }),
      'POST endpoints.create',
      { name: 'n', url: 'https://a.test/', headers: { 'x-a': '1' } },
      { id: 'end_1', secret: 'whsec_x' },
    ],
    ['endpoints.list', (r) => r.endpoints.list(), 'GET endpoints.list', undefined, { endpoints: [] }, []],
    [
      'endpoints.rotateSecret',
      (r) => r.endpoints.rotateSecret('end_1', { overlapSeconds: '1d' }),
      'POST endpoints.rotateSecret',
      { id: 'end_1', overlapSeconds: '1d' },
      { id: 'key_1', secret: 'whsec_y', secrets: [] },
    ],
    ['rerun without edits', (r) => r.rerun('job_1'), 'POST jobs.rerun', { id: 'job_1' }, job],
  ];
  for (const [name, call, path, input, answer, value = answer] of methods) {
    it(`${name} calls its procedure with the key and answers what it answers`, async () => {
      const { ringback, calls } = client(data(answer));
      await expect(call(ringback)).resolves.toEqual(value);
      expect(calls.map(({ method, path: to }) => `${method} ${to}`)).toEqual([path.replace(' ', ' /api/trpc/')]);
      expect(calls[0]?.input).toEqual(input);
      expect(calls[0]?.headers.get('authorization')).toBe(`Bearer ${apiKey}`);
    });
  }

  it('submitMany refuses by itself what cannot be sent, and sends the others', async () => {
    const { ringback, calls } = client(data({ results: [{ ok: true, job }] }));
    const bad = { ok: false, error: { code: 'invalid_input', field: 'json', message: expect.any(String) } };
    const good = { url: 'https://a.test/', idempotencyKey: 'k' };
    const wrong = { url: 'https://a.test/', json: 5n };
    expect(await ringback.submitMany([wrong, good, wrong])).toEqual([bad, { ok: true, job }, bad]);
    expect(calls.map(({ input }) => input)).toEqual([{ jobs: [good] }]);
    expect(await ringback.submitMany([wrong])).toEqual([bad]);
    expect(calls).toHaveLength(1);
  });

  it('getMany asks for a hundred at a time and keeps the order', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `job_${index}`);
    const { ringback, calls } = client(({ input }) =>
      data({ jobs: (input as { ids: string[] }).ids.map((id) => aJob({ id })) }),
    );
    expect((await ringback.getMany(ids)).map(({ id }) => id)).toEqual(ids);
    expect(calls.map(({ input }) => (input as { ids: string[] }).ids.length)).toEqual([100, 100, 50]);
  });
});

describe('idempotency keys', () => {
  it('are made up for each request that has none, and stay the same when the call is repeated', async () => {
    const { ringback, calls } = client(down(), refusal(503, 'unavailable'), data(aJob()));
    await settled(ringback.submit({ url: 'https://a.test/' }));
    await settled(ringback.submit({ url: 'https://a.test/' }));
    const keys = calls.map(({ input }) => (input as SubmitInput).idempotencyKey);
    expect(keys[0]).toMatch(/^auto-[0-9a-f-]{36}$/);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
  });

  it('are made up for each job of a batch', async () => {
    const { ringback, calls } = client(data({ results: [] }));
    await ringback.submitMany([
      { url: 'https://a.test/' },
      { url: 'https://a.test/', idempotencyKey: 'mine' },
      { url: 'https://a.test/' },
    ]);
    const sent = calls.flatMap(({ input }) => (input as { jobs: SubmitInput[] }).jobs);
    const [one, two, three] = sent.map(({ idempotencyKey }) => idempotencyKey);
    expect([one, two, three]).toEqual([expect.stringMatching(/^auto-/), 'mine', expect.stringMatching(/^auto-/)]);
    expect(one).not.toBe(three);
  });
});

describe('a call that fails', () => {
  it('is made three more times when that may help, later each time', async () => {
    const { ringback, calls } = client(
      down(),
      refusal(503, 'unavailable'),
      new Response('<html>', { status: 502 }),
      data(aJob()),
    );
    const { value, tookMs } = await settled(ringback.get('job_1'));
    expect(value).toEqual(aJob());
    expect(calls).toHaveLength(4);
    expect(tookMs).toBeGreaterThanOrEqual(250 + 500 + 1_000);
    expect(tookMs).toBeLessThanOrEqual(2 * (250 + 500 + 1_000));
  });

  it('is not repeated before Retry-After, and not at all when that is over a minute', async () => {
    const soon = client(refusal(429, 'rate_limited', {}, { 'retry-after': '7' }), data(aJob()));
    expect((await settled(soon.ringback.get('job_1'))).tookMs).toBe(7_000);
    const late = client(refusal(429, 'rate_limited', {}, { 'retry-after': '61' }));
    const { error } = await settled(late.ringback.get('job_1'));
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 61_000 });
    expect(late.calls).toHaveLength(1);
  });

  it('gives up after the fourth time with the last error', async () => {
    const { ringback, calls } = client(down());
    const { error } = await settled(ringback.list());
    expect(calls).toHaveLength(4);
    expect(error).toBeInstanceOf(RingbackError);
    expect(error).toMatchObject({ code: 'network_error', cause: { message: 'fetch failed' } });
    expect((error as Error).message).toBe(
      `Ringback at ${url} could not be reached: fetch failed: connect ECONNREFUSED (ECONNREFUSED)`,
    );
  });

  it('is a rerun: it is repeated only when it was certainly refused, since a rerun has no key', async () => {
    const lost = client(down());
    expect((await settled(lost.ringback.rerun('job_1'))).error).toMatchObject({ code: 'network_error' });
    expect(lost.calls).toHaveLength(1);
    const refused = client(refusal(429, 'rate_limited'), data(aJob()));
    expect((await settled(refused.ringback.rerun('job_1'))).value).toEqual(aJob());
  });

  it.each(['schedules', 'upstreams'] as const)(
    'is a new name in %s: the old one is gone if it was set',
    async (kind) => {
      const { ringback, calls } = client(down());
      const update = (changes: { name?: string }) => settled<unknown>(ringback[kind].update('old', changes));
      expect((await update({ name: 'new' })).error).toMatchObject({ code: 'network_error' });
      expect(calls).toHaveLength(1);
      await update({});
      expect(calls).toHaveLength(5);
    },
  );

  it('is not repeated when it was refused, and says all that Ringback said', async () => {
    const { ringback, calls } = client(
      refusal(400, 'invalid_input', { field: 'timeout.durationInMs', requestId: 'r7' }),
    );
    const { error } = await settled(ringback.submit({ url: 'https://a.test/', timeout: { durationInMs: 1 } }));
    expect(calls).toHaveLength(1);
    expect(error).toMatchObject({
      name: 'RingbackError',
      code: 'invalid_input',
      field: 'timeout.durationInMs',
      status: 400,
      requestId: 'r7',
      message: 'refused: invalid_input',
    });
  });

  it('says when something else answers', async () => {
    const page = client(new Response('<html>', { headers: { 'content-type': 'text/html' } }));
    expect((await settled(page.ringback.get('job_1'))).error).toMatchObject({ code: 'bad_answer', status: 200 });
    const alien = client(Response.json({ message: 'no such service' }, { status: 404 }));
    expect((await settled(alien.ringback.get('job_1'))).error).toMatchObject({ code: 'bad_answer', status: 404 });
  });

  it('ends with the reason of its signal, also between two tries', async () => {
    const hanging = client(never);
    const stop = new AbortController();
    const outcome = settled(hanging.ringback.get('job_1', { signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect((await outcome).error).toMatchObject({ message: 'enough' });

    const failing = client(down());
    const between = new AbortController();
    const call = failing.ringback.get('job_1', { signal: between.signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10);
    between.abort(new Error('enough'));
    expect(await call).toMatchObject({ message: 'enough' });
    expect(failing.calls).toHaveLength(1);
  });
});
