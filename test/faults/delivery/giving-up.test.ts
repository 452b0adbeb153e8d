import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { uuidOf } from '#test/integration/endpoint/endpoint-calls.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { deliveryCalls } from './delivery-calls.ts';

let ringback: TestRingback;
let receiver: Receiver;
let target: Target;
let calls: ReturnType<typeof deliveryCalls>;
beforeAll(async () => {
  [ringback, receiver, target] = await Promise.all([startRingback(), startReceiver(), startTarget()]);
  calls = deliveryCalls(ringback);
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([receiver.close(), target.close()]);
});

const given = { code: 'bad_status', message: 'The receiver answered 422.', retryable: false };

async function deliveryOf(callback: object) {
  const { id } = await calls.submit({ url: `${target.url}/json`, callback });
  return (await calls.ofJob(id)).id;
}

describe('statuses that are not to be tried again', () => {
  it('end a callback to a URL at the first of them; others go by the schedule', async () => {
    receiver.answer(422);
    const retry = { scheduleSeconds: [0, 3_600], giveUpOn: ['400', '422'] };
    const failed = await calls.inState(await deliveryOf({ url: `${receiver.url}/url`, retry }), 'failed');
    expect(failed).toMatchObject({ error: given, giveUpOn: ['400', '422'], scheduleSeconds: [0, 3_600] });
    expect(failed.tries).toMatchObject([{ status: 422, decision: { then: 'fail', rule: '422' } }]);

    receiver.answer((_one, index) => (index === 1 ? 500 : 400));
    const second = await calls.inState(await deliveryOf({ url: `${receiver.url}/url`, retry }), 'failed');
    expect(second.tries).toMatchObject([
      { status: 500, decision: { then: 'retry', rule: 'schedule' } },
      { status: 400, decision: { then: 'fail', rule: '400' } },
    ]);
  });

  it('are the endpoint’s, or the job’s where it names some', async () => {
    const endpoint = await calls.make({ name: 'strict', url: `${receiver.url}/strict`, giveUpOn: ['4xx'] });
    expect(endpoint.giveUpOn).toEqual(['4xx']);
    receiver.answer(422);
    const own = await calls.inState(await deliveryOf({ endpoint: 'strict' }), 'failed');
    expect(own).toMatchObject({ error: given, giveUpOn: ['4xx'] });
    // None of what an endpoint answers to one event speaks against the next.
    await calls.ask('endpoints.enable', { id: endpoint.id });
    const other = await deliveryOf({ endpoint: 'strict', retry: { giveUpOn: [400] } });
    expect(await calls.inState(other, 'retrying')).toMatchObject({ giveUpOn: ['400'] });
    await calls.ask('endpoints.enable', { id: endpoint.id });
    expect(await calls.inState(await calls.event(endpoint.id), 'failed')).toMatchObject({ giveUpOn: ['4xx'] });

    await calls.ask('endpoints.update', { id: endpoint.id, giveUpOn: null });
    expect(await calls.endpoint(endpoint.id)).toMatchObject({ giveUpOn: [], scheduleSeconds: null });
  });

  it('hold for what is sent again too, and for the job when it is run again', async () => {
    receiver.answer(422);
    const callback = { url: `${receiver.url}/again`, retry: { giveUpOn: [422] } };
    const job = await calls.submit({ url: `${target.url}/json`, callback });
    const { id } = await calls.ofJob(job.id);
    await calls.inState(id, 'failed');
    await calls.ask('deliveries.resend', { id });
    await expect.poll(async () => (await calls.get(id)).tries.length).toBe(2);
    expect(await calls.inState(id, 'failed')).toMatchObject({ error: given, tries: [{}, { status: 422 }] });

    const again = await calls.ask<{ id: string }>('jobs.rerun', { id: job.id });
    const { id: next } = await calls.ofJob(again.id);
    expect(await calls.inState(next, 'failed')).toMatchObject({ giveUpOn: ['422'], tries: [{ status: 422 }] });
  });
});

describe('an endpoint to which nothing can be sent', () => {
  /** What the address of a name was when it was registered may be another when it is sent to. */
  async function point(id: string, url: string): Promise<void> {
    await ringback.db.pool.query('update endpoint set url = $2 where id = $1', [uuidOf(id), url]);
  }

  it('says so until something can be, and its deliveries fail at once', async () => {
    const { id, url } = await calls.make({ name: 'astray', url: `${receiver.url}/astray` });
    expect(await calls.endpoint(id)).toMatchObject({ problem: null });
    await point(id, 'http://10.1.2.3/astray');
    const failed = await calls.inState(await calls.event(id), 'failed');
    expect(failed).toMatchObject({ error: { code: 'blocked_target', retryable: false }, tries: [{}] });
    const { problem, failingSince } = await calls.endpoint(id);
    expect(problem).toEqual({
      code: 'blocked_target',
      message: expect.stringMatching(/^http:\/\/10\.1\.2\.3\/ points at a private address .*RINGBACK_EGRESS_ALLOW=/),
      at: failed.tries[0]?.endedAt,
    });
    expect(failingSince).not.toBeNull();

    await point(id, 'ftp://example.com/astray');
    await calls.inState(await calls.event(id), 'failed');
    expect(await calls.endpoint(id)).toMatchObject({ problem: { code: 'invalid_request' } });

    await calls.ask('endpoints.update', { id, url });
    expect(await calls.endpoint(id)).toMatchObject({ problem: null, failingSince: null });

    await point(id, 'http://10.1.2.3/astray');
    await calls.inState(await calls.event(id), 'failed');
    await point(id, url);
    receiver.answer(500);
    await calls.inState(await calls.event(id), 'retrying');
    expect(await calls.endpoint(id)).toMatchObject({ problem: null, failingSince: expect.any(String) });
  });

  it('for want of a secret keeps its events waiting, and is not failing', async () => {
    const { id } = await calls.make({ name: 'unsigned', url: `${receiver.url}/unsigned` });
    await ringback.db.pool.query('update webhook_secret set expires_at = now()');
    const waiting = await calls.inState(await calls.event(id), 'retrying');
    expect(waiting.tries).toMatchObject([{ failure: { code: 'no_signing_secret' } }]);
    expect(await calls.endpoint(id)).toMatchObject({ problem: { code: 'no_signing_secret' }, failingSince: null });
    expect(receiver.received).toEqual([]);
  });
});
