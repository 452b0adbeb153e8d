import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import type { Operation } from '#src/contract/job/operation.ts';
import { parseId } from '#src/domain/text/id.ts';
import { beginAndHold } from '#test/support/hold.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback();
});
afterAll(() => ringback.close());

async function call<T>(path: string, input: object, query = false): Promise<T> {
  const { body } = await ringback.call<T>(path, input, { query });
  expect(body.error).toBeUndefined();
  return body.result.data;
}

const get = (id: string) => call<DeliveryView>('deliveries.get', { id }, true);

async function inState(id: string, state: string): Promise<void> {
  await expect.poll(async () => (await get(id)).state, { timeout: 20_000 }).toBe(state);
}

let count = 0;

/** An endpoint with a delivery in this state. */
async function sentTo(answer: number | 'hang', state: string): Promise<{ endpointId: string; id: string }> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  receiver.answer(answer);
  const input = { name: `raced-${++count}`, url: receiver.url, scheduleSeconds: [] };
  const { id: endpointId } = await call<{ id: string }>('endpoints.create', input);
  const { id } = await call<{ id: string }>('endpoints.test', { id: endpointId });
  await inState(id, state);
  return { endpointId, id };
}

/** A transaction of somebody else, which has run a statement. Returns how the test commits it. */
async function begun(statement: string, id: string | null): Promise<() => Promise<void>> {
  const client = await ringback.db.pool.connect();
  let isOver = false;
  const commit = async () => {
    if (isOver) return;
    isOver = true;
    await client.query('commit').finally(() => client.release());
  };
  onTestFinished(commit);
  await beginAndHold(client);
  await client.query(statement, [id]);
  return commit;
}

const disable = `update endpoint set state = 'disabled', disabled_reason = 'manual', disabled_at = now() where id = $1`;

/** Waits until a statement waits for a lock. */
async function blocked(): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect
    .poll(async () => (await ringback.db.pool.query(waiting)).rowCount, { timeout: 10_000 })
    .toBeGreaterThan(0);
}

it('a delivery whose endpoint is being disabled is refused, and stays as it is', async () => {
  const { endpointId, id } = await sentTo(500, 'failed');
  const commit = await begun(disable, parseId('end', endpointId));
  const asked = ringback.rest('POST', `/v1/deliveries/${id}/resend`);
  await blocked();
  await commit();
  expect(await (await asked).json()).toMatchObject({ status: 409, code: 'endpoint_disabled', field: 'id' });
  expect(await get(id)).toMatchObject({ state: 'failed', attempts: 1 });
});

it('an operation that meets an endpoint being disabled counts its delivery as refused, not as done', async () => {
  const { endpointId, id } = await sentTo(500, 'failed');
  const commit = await begun(disable, parseId('end', endpointId));
  const { id: operation } = await call<Operation>('deliveries.resendMany', { deliveries: { ids: [id] } });
  await blocked();
  await commit();
  const read = () => call<Operation>('operations.get', { id: operation }, true);
  await expect.poll(async () => (await read()).state, { timeout: 20_000 }).toBe('completed');
  expect(await read()).toMatchObject({ done: 0, failed: 1, errors: [{ id, code: 'endpoint_disabled' }] });
  expect(await get(id)).toMatchObject({ state: 'failed', attempts: 1 });
});

it('a delivery under way is refused without a wait for whoever writes its end', async () => {
  const { id } = await sentTo('hang', 'in_progress');
  await begun('select 1 from delivery where id = $1 for update', parseId('dlv', id));
  const asked = await ringback.rest('POST', `/v1/deliveries/${id}/resend`);
  expect(await asked.json()).toMatchObject({ status: 409, code: 'not_ended' });
});
