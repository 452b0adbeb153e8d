import { expect } from 'vitest';
import type { CreatedEndpoint, Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryPage, DeliveryView } from '#src/contract/event/delivery.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import type { TestRingback } from '#test/support/ringback.ts';

export const patient = { timeout: 30_000, interval: 50 };

/** Calls about deliveries that must succeed. */
export function deliveryCalls(ringback: TestRingback) {
  async function ask<T>(path: string, input: unknown, query = false): Promise<T> {
    const { body } = await ringback.call<T>(path, input, { query });
    expect(body.error).toBeUndefined();
    return body.result.data;
  }
  const get = (id: string) => ask<DeliveryView>('deliveries.get', { id }, true);
  const list = (filter: object) => ask<DeliveryPage>('deliveries.list', { limit: 100, ...filter }, true);
  return {
    ask,
    get,
    submit: (input: object) => ask<SubmittedJob>('jobs.submit', input),
    make: (input: object) => ask<CreatedEndpoint & { secret: string }>('endpoints.create', input),
    endpoint: (id: string) => ask<Endpoint>('endpoints.get', { id }, true),
    /** An event for one endpoint that is about no job; answers its delivery's id. */
    event: async (endpointId: string) => (await ask<{ id: string }>('endpoints.test', { id: endpointId })).id,
    list: async (filter: object) => (await list(filter)).deliveries,
    /** The delivery once it is in this state. */
    async inState(id: string, state: DeliveryState): Promise<DeliveryView> {
      await expect.poll(async () => (await get(id)).state, patient).toBe(state);
      return get(id);
    },
    /** A job's one delivery, once there is one. */
    async ofJob(jobId: string): Promise<DeliveryView> {
      await expect.poll(async () => (await list({ jobId })).deliveries.length, patient).toBe(1);
      return get((await list({ jobId })).deliveries[0]?.id ?? '');
    },
  };
}
