import { expect } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

/** What an async route answers. */
export type Envelope = {
  id: string;
  request_id?: string;
  status: 'pending' | 'processing' | 'completed' | 'failed';
  created_at: string;
  completed_at?: string;
  expires_at?: string;
  status_code?: number;
  result?: Record<string, unknown>;
  error?: Record<string, unknown>;
};
export type BifrostAnswer = { status: number; body: Envelope };

/** A Ringback whose upstreams are a provider (`main`, the default, and `openai`) and a target that can wait (`slow`). */
export type BifrostRig = {
  server: TestRingback;
  provider: ModelProvider;
  gated: GatedTarget;
  ringback: Ringback;
  /** Submits to `/v1/async/<path>`. An object is sent as JSON. */
  submit(path: string, body: object | string | FormData, headers?: Record<string, string>): Promise<BifrostAnswer>;
  poll(path: string, id: string, headers?: Record<string, string>): Promise<BifrostAnswer>;
  /** Submits, polls until the job has ended, and returns the last answer. */
  run(path: string, body: object | string | FormData, headers?: Record<string, string>): Promise<BifrostAnswer>;
  close(): Promise<unknown>;
};

export async function startBifrostRig(): Promise<BifrostRig> {
  const [server, provider, gated] = await Promise.all([startRingback(), startModelProvider(), startGatedTarget()]);
  const ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  const { upstreams } = ringback.trpc;
  const openai = { baseUrl: `${provider.url}/v1`, format: 'openai' as const };
  const retry = { '5xx': { limit: 1, minTimeoutInMs: 1, maxTimeoutInMs: 2 } };
  await upstreams.create.mutate({
    ...openai,
    name: 'main',
    headers: { authorization: 'Bearer sk-main' },
    default: true,
    retry,
  });
  await upstreams.create.mutate({ ...openai, name: 'openai', headers: { authorization: 'Bearer sk-openai' } });
  await upstreams.create.mutate({ name: 'slow', baseUrl: `${gated.url}/v1`, format: 'openai' });

  const call = async (method: string, path: string, init: RequestInit): Promise<BifrostAnswer> => {
    const response = await fetch(`${server.url}/v1/async/${path}`, { method, ...init });
    return { status: response.status, body: (await response.json()) as Envelope };
  };
  const key = { authorization: `Bearer ${server.credentials.apiKey}` };
  const rig: BifrostRig = {
    ...{ server, provider, gated, ringback },
    submit: (path, body, headers = key) =>
      body instanceof FormData
        ? call('POST', path, { body, headers })
        : call('POST', path, {
            body: typeof body === 'string' ? body : JSON.stringify(body),
            headers: { 'content-type': 'application/json', ...headers },
          }),
    poll: (path, id, headers = key) => call('GET', `${path}/${id}`, { headers }),
    async run(path, body, headers) {
      const { status, body: made } = await rig.submit(path, body, headers);
      expect([status, made.id]).toEqual([202, expect.any(String)]);
      let answer = await rig.poll(path, made.id, headers);
      const ended = async () => {
        answer = await rig.poll(path, made.id, headers);
        return answer.status;
      };
      await expect.poll(ended, { timeout: 20_000 }).not.toBe(202);
      return answer;
    },
    close: () => Promise.all([server.close(), provider.close(), gated.close()]),
  };
  return rig;
}
