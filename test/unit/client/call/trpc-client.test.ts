import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RingbackError } from '#src/client/index.ts';
import { client, down, never, refusal, settled, url } from '#test/unit/client/fake-ringback.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the tRPC client', () => {
  it('throws RingbackErrors too, and repeats nothing', async () => {
    const refused = client(refusal(404, 'not_found', { field: 'id', requestId: 'r9' }));
    const { error } = await settled(refused.ringback.trpc.endpoints.get.query({ id: 'end_1' }));
    expect(error).toBeInstanceOf(RingbackError);
    expect(error).toMatchObject({ code: 'not_found', field: 'id', status: 404, requestId: 'r9' });
    const lost = client(down());
    const call = settled(lost.ringback.trpc.endpoints.test.mutate({ id: 'end_1' }));
    expect((await call).error).toMatchObject({ name: 'RingbackError', code: 'network_error' });
    expect(lost.calls).toHaveLength(1);
  });

  it('ends with the reason of its signal, and refuses what JSON cannot hold', async () => {
    const { ringback, calls } = client(never);
    const stop = new AbortController();
    const outcome = settled(ringback.trpc.jobs.get.query({ id: 'job_1' }, { signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect((await outcome).error).toMatchObject({ message: 'enough' });
    const wrong = settled(ringback.trpc.jobs.submit.mutate({ url, json: 5n }));
    expect((await wrong).error).toMatchObject({ name: 'RingbackError', code: 'invalid_input' });
    expect(calls).toHaveLength(1);
  });
});
