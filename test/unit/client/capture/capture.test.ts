import { describe, expect, it } from 'vitest';
import { type CaptureFetch, type CaptureOptions, createRingback } from '#src/client/index.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { aJob, apiKey, type Call, data, fakeFetch, refusal, url } from '#test/unit/client/fake-ringback.ts';

const target = 'https://api.test/v1/things';
type Input = { idempotencyKey: string; metadata?: unknown; headers: Record<string, string> } & Record<string, unknown>;

/** A client that answers each submission with a job, and what was submitted and cancelled. */
function capturing(fields: Partial<SubmittedJob> = {}) {
  const answerTo = (call: Call) => {
    const { idempotencyKey = null, metadata = null } = call.input as Partial<SubmittedJob>;
    return data(aJob({ idempotencyKey, metadata, ...fields }));
  };
  const { fetch, calls } = fakeFetch(answerTo, answerTo);
  const of = (name: string) => calls.filter((call) => call.path.endsWith(name)).map((call) => call.input as Input);
  const ringback = createRingback({ url, apiKey, fetch });
  return { ringback, submitted: () => of('jobs.submit'), cancelled: () => of('jobs.cancel') };
}

const post = (fetch: CaptureFetch, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(target, { method: 'POST', body, headers });
const aForm = () => {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array([0, 255])]), 'a.bin');
  return form;
};

describe('capture', () => {
  it('submits the first request with its options, and resolves with the job', async () => {
    const { ringback, submitted } = capturing();
    const options: CaptureOptions = {
      ...{ callback: 'https://app.test/hook', labels: ['a'], metadata: { ticket: 7 }, priority: 5 },
      ...{ flow: { key: 'f', concurrency: 1 }, resultTtlSeconds: 60, delaySeconds: 5, retry: 'none' },
    };
    const job = await ringback.capture((f) => post(f, 'x', { 'x-stainless-retry-count': '0' }), options);
    expect(submitted()).toHaveLength(1);
    expect(submitted()[0]).toMatchObject({ ...options, url: target, method: 'POST', body: 'x', accept: '2xx,3xx' });
    expect(job.idempotencyKey).toMatch(/^capture:[0-9a-f.]{67}:auto-/);
    expect(job.metadata).toEqual({ ticket: 7 });
  });

  it('makes a job of each capture, unless they have the same key', async () => {
    const { ringback, submitted } = capturing();
    await ringback.capture((f) => post(f, 'x'));
    await ringback.capture((f) => post(f, 'x'));
    const [one, two] = submitted();
    expect(one?.idempotencyKey).not.toBe(two?.idempotencyKey);
    const { idempotencyKey, metadata } = await ringback.capture((f) => post(f, 'x'), {
      idempotencyKey: 'order 7',
      metadata: { ticket: 7 },
    });
    expect(idempotencyKey).toBe('order 7');
    expect(metadata).toEqual({ ticket: 7, 'ringback:capture': one?.idempotencyKey.split(':')[1] });
    const listed = ringback.capture((f) => post(f, 'x'), { idempotencyKey: 'order 7', metadata: [7] });
    await expect(listed).rejects.toMatchObject({ code: 'invalid_input', field: 'metadata' });
    expect(submitted()).toHaveLength(3);
  });

  it('gives a form the same print whatever its boundary is', async () => {
    const { ringback, submitted } = capturing();
    const written = new Request(target, { method: 'POST', body: aForm() });
    const bytes = new Uint8Array(await written.arrayBuffer());
    await ringback.capture((f) => post(f, aForm()));
    await ringback.capture((f) => post(f, bytes, { 'content-type': written.headers.get('content-type') ?? '' }));
    await ringback.capture((f) => f(new Request(target, { method: 'POST', body: aForm() })));
    expect(new Set(submitted().map((one) => one.idempotencyKey.split(':')[1])).size).toBe(1);
    expect(submitted()).toHaveLength(3);
  });

  it('gives the call a response whose body fails when the job is there, and not before', async () => {
    const submission = Promise.withResolvers<Response>();
    const { fetch } = fakeFetch(() => submission.promise);
    const ran: string[] = [];
    const captured = createRingback({ url, apiKey, fetch }).capture(async (f) => {
      const response = await post(f, 'x');
      ran.push(String(response.status));
      await response.json().catch((error: Error) => ran.push(error.name));
    });
    await new Promise((next) => setTimeout(next, 20));
    expect(ran).toEqual(['200']);
    submission.resolve(data(aJob()));
    await captured;
    await new Promise((next) => setTimeout(next, 20));
    expect(ran).toEqual(['200', 'AbortError']);
  });

  it('ignores what fails at the response without a body', async () => {
    const { ringback, submitted } = capturing();
    const job = await ringback.capture(async (f) => {
      const response = await post(f, 'x');
      throw new Error(`no header in ${response.status}`);
    });
    expect([job.id, submitted().length]).toEqual(['job_1', 1]);
  });

  it('refuses a second request and sends neither', async () => {
    const { ringback, submitted } = capturing();
    const two = ringback.capture((f) => Promise.all([post(f, 'x'), post(f, 'y')]));
    await expect(two).rejects.toMatchObject({ name: 'RingbackError', code: 'capture_second_request' });
    const equal = ringback.capture((f) => Promise.all([post(f, 'x'), post(f, 'x')]));
    await expect(equal).rejects.toMatchObject({ code: 'capture_second_request' });
    expect(submitted()).toEqual([]);
  });

  it('submits nothing while it still reads a request that may be a second one', async () => {
    const { ringback, submitted } = capturing();
    const slow = () =>
      new ReadableStream({
        async start(controller) {
          await new Promise((next) => setTimeout(next, 50));
          controller.enqueue(new TextEncoder().encode('y'));
          controller.close();
        },
      });
    const two = ringback.capture((f) =>
      Promise.all([
        post(f, 'x'),
        f(new Request(target, { method: 'POST', body: slow(), duplex: 'half' } as RequestInit)),
      ]),
    );
    await expect(two).rejects.toMatchObject({ code: 'capture_second_request' });
    expect(submitted()).toEqual([]);
  });

  it('cancels the job of the first request when a second one comes late, unless the job is an older one', async () => {
    for (const [replayed, cancelled] of [
      [false, 1],
      [true, 0],
    ] as const) {
      const submission = Promise.withResolvers<Response>();
      const sent = Promise.withResolvers<void>();
      const { fetch, calls } = fakeFetch(
        () => {
          sent.resolve();
          return submission.promise;
        },
        data(aJob({ state: 'cancelled' })),
      );
      const captured = createRingback({ url, apiKey, fetch }).capture(async (f) => {
        await post(f, 'x');
        await sent.promise;
        await post(f, 'y');
      });
      await sent.promise;
      await new Promise((next) => setTimeout(next, 20));
      submission.resolve(data(aJob({ replayed })));
      await expect(captured).rejects.toMatchObject({ code: 'capture_second_request' });
      expect(calls.filter((call) => call.path.endsWith('jobs.cancel'))).toHaveLength(cancelled);
    }
  });

  it('takes a repeat by the SDK for the same request', async () => {
    const { ringback, submitted } = capturing();
    const stop = new AbortController();
    await ringback.capture(async (f) => {
      const first = f(target, { method: 'POST', body: 'x', signal: stop.signal });
      stop.abort();
      await Promise.all([first, post(f, 'x', { 'x-stainless-retry-count': '1' }), post(f, 'x')]);
    });
    await ringback.capture((f) =>
      Promise.all([post(f, 'x', { 'idempotency-key': 'k' }), post(f, 'x', { 'Idempotency-Key': 'k' })]),
    );
    expect(submitted()).toHaveLength(2);
  });

  it('names a call without a request, and passes on what the call throws before one', async () => {
    const { ringback, submitted } = capturing();
    await expect(ringback.capture(async () => 5)).rejects.toMatchObject({ code: 'capture_no_request' });
    await expect(
      ringback.capture(() => {
        throw new RangeError('no model');
      }),
    ).rejects.toThrow(RangeError);
    const aborted = ringback.capture((f) => f(target, { signal: AbortSignal.abort(new Error('stopped')) }));
    await expect(aborted).rejects.toThrow('stopped');
    const inner = ringback.capture(async (f) => (await f('data:,a')).text());
    await expect(inner).rejects.toMatchObject({ code: 'capture_no_request' });
    const bad = ringback.capture((f) => f(target, { body: 'x' }));
    await expect(bad).rejects.toThrow(TypeError);
    expect(submitted()).toEqual([]);
  });

  it('rejects with the refusal of Ringback, and with that of a request which is too large', async () => {
    const { fetch } = fakeFetch(refusal(400, 'blocked_target'));
    const ringback = createRingback({ url, apiKey, fetch });
    const refused = ringback.capture((f) => post(f, 'x'));
    await expect(refused).rejects.toMatchObject({ name: 'RingbackError', code: 'blocked_target' });
    const large = ringback.capture((f) => post(f, new Uint8Array(9 * 1024 * 1024)));
    await expect(large).rejects.toMatchObject({ code: 'body_too_large' });
    const endless = ringback.capture((f) => f(target, { headers: { accept: 'text/event-stream' } }));
    await expect(endless).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
