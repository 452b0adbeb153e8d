import { randomUUID } from 'node:crypto';
import axios from 'axios';
import ky from 'ky';
import { createFetch as createOfetch } from 'ofetch';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFetch, type RingbackFetch } from '#src/client/index.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let provider: ModelProvider;
let fetch: RingbackFetch;

beforeAll(async () => {
  [server, provider] = await Promise.all([startRingback(), startModelProvider()]);
  fetch = createFetch({ url: server.url, apiKey: server.credentials.apiKey });
});
afterAll(async () => {
  await server.close();
  await provider.close();
});

type Echo = { path: string; text: string; bytes: number; body: string };

/** Paths that no other test has. */
const paths = (count: number) => Array.from({ length: count }, () => `/${randomUUID()}`);

describe('HTTP libraries with a Ringback fetch', () => {
  it('ky makes 200 requests at once, each of them once, and throws its HTTPError', async () => {
    // Its own limit of 10 s would end a call that Ringback is still making.
    const api = ky.create({ fetch, retry: 0, timeout: false });
    const all = paths(200);
    const answers = await Promise.all(
      all.map((path) => api.post(provider.url + path, { json: { input: path } }).json<Echo>()),
    );
    expect(answers).toMatchObject(all.map((path) => ({ path, text: path })));
    expect(all.map((path) => provider.hits(path))).toEqual(all.map(() => 1));
    const failed = api.post(`${provider.url}/x`, { json: { input: 'status=404 ky' } });
    await expect(failed).rejects.toMatchObject({
      name: 'HTTPError',
      response: { status: 404, statusText: 'Not Found' },
    });
  });

  it('ofetch makes 200 requests at once, each of them once, and throws its FetchError', async () => {
    const ofetch = createOfetch({ fetch, Headers, AbortController });
    const all = paths(200);
    const answers = await Promise.all(all.map((path) => ofetch<Echo>(provider.url + path, { query: { a: '1' } })));
    expect(answers.map((one) => one.path)).toEqual(all);
    expect(all.map((path) => provider.hits(path))).toEqual(all.map(() => 1));
    const failed = ofetch(`${provider.url}/x`, { method: 'POST', body: { input: 'status=422 ofetch' }, retry: 0 });
    await expect(failed).rejects.toMatchObject({
      name: 'FetchError',
      statusCode: 422,
      data: { error: { message: 'said 422' } },
    });
  });

  it('axios makes 200 requests at once, each of them once, and throws its AxiosError', async () => {
    const client = axios.create({ adapter: 'fetch', env: { fetch } });
    const all = paths(200);
    const answers = await Promise.all(all.map((path) => client.post<Echo>(provider.url + path, { input: path })));
    expect(answers.map((one) => [one.status, one.data.text])).toEqual(all.map((path) => [200, path]));
    expect(all.map((path) => provider.hits(path))).toEqual(all.map(() => 1));
    const failed = client.post(`${provider.url}/x`, { input: 'status=400 axios' });
    await expect(failed).rejects.toMatchObject({ name: 'AxiosError', response: { status: 400 } });
  });

  it('stripe makes 200 requests at once, each of them once, and one request of a call that it repeats', async () => {
    const { hostname, port } = new URL(provider.url);
    const client = (more: object = {}) =>
      new Stripe('sk_test_1', {
        ...{
          host: hostname,
          port,
          protocol: 'http',
          httpClient: Stripe.createFetchHttpClient(fetch),
          telemetry: false,
        },
        ...more,
      });
    const stripe = client();
    const all = paths(200);
    await Promise.all(all.map((path) => stripe.customers.retrieve(path.slice(1))));
    expect(all.map((path) => provider.hits(`/v1/customers${path}`))).toEqual(all.map(() => 1));
    await stripe.customers.create({ name: 'A', metadata: { b: 'ü' } });
    const created = provider.requests.at(-1);
    expect(created?.headers['idempotency-key']).toEqual(expect.any(String));
    expect(created?.body.toString()).toBe('name=A&metadata[b]=%C3%BC');
    const failed = stripe.rawRequest('POST', '/v1/status=402', {});
    await expect(failed).rejects.toMatchObject({ statusCode: 402, message: 'said 402' });
    const impatient = client({ timeout: 1_000, maxNetworkRetries: 4 });
    await impatient.rawRequest('POST', '/v1/slow=2500', {});
    expect(provider.hits('/v1/slow=2500')).toBe(1);
  });
});
