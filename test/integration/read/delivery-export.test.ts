import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryPage, ExportedDelivery } from '#src/contract/event/delivery.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const exported = async (query: string) => {
  const response = await ringback.rest('GET', `/v1/deliveries/export?${query}`);
  return { response, text: await response.text() };
};

it('exports the deliveries that a filter finds, with the flow of their jobs and why they are late', async () => {
  receiver.answer(503);
  const retry = { scheduleSeconds: [600] };
  const url = `${target.url}/json`;
  const job = { url, flow: { key: '=billing', concurrency: 5 } };
  await ringback.call('jobs.submit', { ...job, callback: { url: `${receiver.url}/late?secret=hush`, retry } });
  await ringback.call('jobs.submit', {
    url,
    callback: { url: `${receiver.url}/late`, retry: { scheduleSeconds: [] } },
  });
  const list = async () =>
    (await ringback.call<DeliveryPage>('deliveries.list', { text: '/late' }, { query: true })).body.result.data
      .deliveries;
  const states = async () => (await list()).map(({ state }) => state).sort();
  await expect.poll(states, { timeout: 20_000 }).toEqual(['failed', 'retrying']);

  const json = await exported('format=json&text=/late');
  expect(json.response.headers.get('content-disposition')).toMatch(/filename="ringback-deliveries-.*\.json"/);
  const rows = JSON.parse(json.text) as ExportedDelivery[];
  expect(rows.map(({ flow: _, ...row }) => row)).toEqual(await list());
  const late = rows.find(({ state }) => state === 'retrying');
  expect(late).toMatchObject({ flow: '=billing', lastFailure: { code: 'bad_status' }, status: 503 });
  expect(rows.find(({ state }) => state === 'failed')).toMatchObject({ flow: null, error: { code: 'bad_status' } });

  const csv = await exported('state=retrying&status=5xx&text=/late');
  const [head, line, ...rest] = csv.text.split('\r\n');
  expect(csv.response.headers.get('content-type')).toContain('text/csv');
  expect(head).toContain('lastFailureCode,lastFailureMessage');
  expect(line).toContain(',bad_status,The receiver answered 503.,');
  expect(line).toContain(",'=billing,");
  expect(rest).toEqual(['']);
  expect(csv.text + json.text).not.toContain('hush');
  expect((await exported('endpointId=shop')).response.status).toBe(400);
});
