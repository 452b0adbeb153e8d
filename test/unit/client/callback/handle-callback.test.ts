import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  handleCallback,
  memoryStore,
  type ReceiveOptions,
  type RingbackEvent,
  type SeenStore,
} from '#src/client/index.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const now = Date.parse('2026-11-20T12:00:00Z');
const failure = new Error('away');

function signed(type = 'job.completed') {
  const body = JSON.stringify({ type, timestamp: '2026-11-20T11:59:59.000Z', data: { id: 'job_1' } });
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key)
    .update(`evt_1.${now / 1_000}.${body}`)
    .digest('base64');
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(now / 1_000),
    'webhook-signature': `v1,${signature}`,
  };
  return { headers, body };
}

/** A store whose every step can be made to fail. */
function store(steps: Partial<Record<'claim' | 'done' | 'release', () => Promise<void>>> = {}) {
  const calls: string[] = [];
  const step = async (name: 'claim' | 'done' | 'release') => {
    calls.push(name);
    await steps[name]?.();
  };
  const seen: SeenStore = {
    claim: async () => {
      await step('claim');
      return { done: () => step('done'), release: () => step('release') };
    },
  };
  return { seen, calls };
}

const reject = async () => {
  throw failure;
};

/** The answer's status and code, and what was told of. */
async function handle(changes: Partial<ReceiveOptions<string>> = {}, type?: string) {
  const told: [unknown, RingbackEvent | null][] = [];
  const handler = vi.fn();
  const onError = (error: unknown, event: RingbackEvent | null) => void told.push([error, event]);
  const usual = { secrets: secret, now, onError, onRefused: () => {} };
  const options = { ...usual, on: { 'job.completed': handler }, ...changes };
  const answer = await handleCallback(signed(type), options, 'passed');
  const code = answer.body === null ? null : (JSON.parse(answer.body) as { code: string }).code;
  return { status: answer.status, headers: answer.headers, code, told, handler };
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('handleCallback', () => {
  it('gives the handler the event and what was passed on', async () => {
    const { handler } = await handle();
    expect(handler.mock.calls).toEqual([[{ ...JSON.parse(signed().body), id: 'evt_1' }, 'passed']]);
  });

  it('asks no store about events that nobody handles', async () => {
    const { seen, calls } = store();
    expect(await handle({ seen }, 'job.started')).toMatchObject({ status: 204 });
    expect(calls).toEqual([]);
  });

  it('claims, handles, and says that it is done', async () => {
    const { seen, calls } = store();
    const on = { 'job.completed': () => void calls.push('handler') };
    expect(await handle({ seen, on })).toMatchObject({ status: 204, told: [] });
    expect(calls).toEqual(['claim', 'handler', 'done']);
  });

  it('releases what a handler that threw had claimed', async () => {
    const { seen, calls } = store();
    expect(await handle({ seen, on: { 'job.completed': reject } })).toMatchObject({
      status: 500,
      code: 'handler_failed',
      told: [[failure, { id: 'evt_1' }]],
    });
    expect(calls).toEqual(['claim', 'release']);
  });

  it('asks for the lease it was given, or one of a quarter of an hour', async () => {
    const leases: number[] = [];
    const seen: SeenStore = {
      claim: async (_id, leaseSeconds) => {
        leases.push(leaseSeconds);
        return 'done';
      },
    };
    await handle({ seen });
    await handle({ seen, leaseSeconds: 60 });
    expect(leases).toEqual([900, 60]);
  });

  it('does not run the handler when the store fails, and lets the sender try again', async () => {
    const { seen } = store({ claim: reject });
    const { handler, ...answer } = await handle({ seen });
    expect(answer).toMatchObject({ status: 503, code: 'seen_store_failed', told: [[failure, { id: 'evt_1' }]] });
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(handler).not.toHaveBeenCalled();
  });

  it('acknowledges what was handled even when that could not be written down', async () => {
    const { seen } = store({ done: reject });
    expect(await handle({ seen })).toMatchObject({ status: 204, told: [[failure, { id: 'evt_1' }]] });
  });

  it('also takes a store that throws before it gives a promise', async () => {
    const seen = {
      claim: async () => ({
        done: () => {
          throw failure;
        },
        release: async () => {},
      }),
    } as SeenStore;
    expect(await handle({ seen })).toMatchObject({ status: 204, told: [[failure, { id: 'evt_1' }]] });
  });

  it('tells of both failures when a claim cannot be released either', async () => {
    const lost = new Error('store');
    const { seen } = store({ release: () => Promise.reject(lost) });
    const { told, status } = await handle({ seen, on: { 'job.completed': reject } });
    expect([status, told.map(([error]) => error)]).toEqual([500, [failure, lost]]);
  });

  it('answers the same when telling of a failure fails', async () => {
    expect(await handle({ on: { 'job.completed': reject }, onError: reject })).toMatchObject({
      status: 500,
      code: 'handler_failed',
    });
  });

  it('says that it is its own fault when it has no secret, or cannot find one', async () => {
    for (const secrets of ['', [], 'whsec_%', () => '']) {
      const { status, code, told } = await handle({ secrets });
      expect([status, code, told.length]).toEqual([500, 'bad_secret', 1]);
    }
    const { status, code, told } = await handle({ secrets: reject });
    expect([status, code, told]).toEqual([500, 'receiver_failed', [[failure, null]]]);
  });

  it('takes the secrets of the environment when none are given, at each callback anew', async () => {
    expect(await handle({ secrets: undefined })).toMatchObject({ status: 500, code: 'bad_secret' });
    for (const value of [secret, `whsec_c2hvcnQ=,${secret}`, ` ${secret} , `]) {
      vi.stubEnv('RINGBACK_WEBHOOK_SECRET', value);
      expect(await handle({ secrets: undefined })).toMatchObject({ status: 204, told: [] });
    }
    vi.stubEnv('RINGBACK_WEBHOOK_SECRET', 'whsec_c2hvcnQ=');
    expect(await handle({ secrets: undefined })).toMatchObject({ status: 401, told: [] });
  });

  it('shows a function the headers in their standard form, and asks it only about callbacks that can be genuine', async () => {
    const secrets = vi.fn(async (headers: Headers) => (headers.get('Webhook-Id') === 'evt_1' ? secret : null));
    const { headers, body } = signed();
    const given = { ':path': '/hook', 'X-List': ['a', 'b'], absent: undefined, ...headers };
    const options = { secrets, now, on: {} };
    expect((await handleCallback({ headers: given, body }, options, null)).status).toBe(204);
    expect([...(secrets.mock.calls[0]?.[0] ?? [])]).toContainEqual(['x-list', 'a, b']);
    expect((await handleCallback({ headers: {}, body }, options, null)).status).toBe(400);
    expect((await handleCallback({ headers, body }, { ...options, now: 0 }, null)).status).toBe(401);
    expect(secrets).toHaveBeenCalledOnce();
  });

  it('remembers an event for the next time', async () => {
    const seen = memoryStore();
    const first = await handle({ seen });
    const second = await handle({ seen });
    expect([first.handler.mock.calls.length, second.handler.mock.calls.length, second.status]).toEqual([1, 0, 204]);
  });

  describe('signed with another secret', () => {
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    const on = {};
    const good = signed();
    const refuse = (changes: Partial<ReceiveOptions<null>> = {}, headers: Record<string, string> = {}) =>
      handleCallback(
        { ...good, headers: { ...good.headers, ...headers } },
        { secrets: other, now, on, ...changes },
        null,
      );

    it('warns, once a minute, and asks about the secret without showing it', async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      vi.useFakeTimers({ toFake: ['performance'] });
      vi.stubEnv('RINGBACK_WEBHOOK_SECRET', other);
      for (const step of [0, 1, 59_998, 1]) {
        vi.advanceTimersByTime(step);
        await refuse({ secrets: undefined });
      }
      vi.advanceTimersByTime(60_000);
      await refuse();
      expect(warn.mock.calls.map(([text]) => text)).toEqual([
        expect.stringMatching(/refused.*webhook-id evt_1.*Is RINGBACK_WEBHOOK_SECRET the secret of this Ringback/),
        expect.stringContaining('RINGBACK_WEBHOOK_SECRET'),
        expect.stringContaining('Does `secrets` hold the secret'),
      ]);
      expect(JSON.stringify(warn.mock.calls)).not.toMatch(/whsec_/);
    });

    it('tells onRefused instead, which may fail', async () => {
      const onRefused = vi.fn(reject);
      expect(await refuse({ onRefused })).toMatchObject({ status: 401 });
      expect(await refuse({ onRefused })).toMatchObject({ status: 401 });
      const error = expect.objectContaining({ code: 'no_matching_signature' });
      expect(onRefused.mock.calls).toEqual([
        [error, 'evt_1'],
        [error, 'evt_1'],
      ]);
    });

    it('says nothing of other garbage', async () => {
      const onRefused = vi.fn();
      for (const headers of [
        { 'webhook-signature': 'v1,abc' },
        { 'webhook-signature': 'x' },
        { 'webhook-signature': `v9,${'A'.repeat(43)}=` },
        { 'webhook-id': 'evt\u001b[31m' },
        { 'webhook-id': '' },
        { 'webhook-timestamp': '5' },
      ]) {
        await refuse({ onRefused }, headers);
      }
      expect(onRefused).not.toHaveBeenCalled();
    });
  });
});
