import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '#test/support/otlp-receiver.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let collector: OtlpReceiver;

beforeAll(async () => {
  [target, receiver, collector] = await Promise.all([startTarget(), startReceiver(), startOtlpReceiver()]);
  // The exporter reads these from the environment itself.
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=team-a');
  ringback = await startRingback({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '20' },
  });
});
afterEach(() => {
  collector.spans.length = 0;
  target.requests.length = 0;
  receiver.received.length = 0;
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close(), collector.close()]);
  vi.unstubAllEnvs();
});

async function submit(json: object, headers: Record<string, string> = {}): Promise<SubmittedJob> {
  const response = await ringback.rest('POST', '/v1/jobs', { json, headers });
  if (response.status !== 202) throw new Error(await response.text());
  return (await response.json()) as SubmittedJob;
}

/** The spans of a job, once there are so many. */
async function spansOf(jobId: string, count: number): Promise<ReceivedSpan[]> {
  const found = () => collector.spans.filter(({ attributes }) => attributes['ringback.job.id'] === jobId);
  await expect.poll(() => found().length, { timeout: 10_000 }).toBe(count);
  return found();
}

function named(spans: ReceivedSpan[], name: string): ReceivedSpan[] {
  return spans
    .filter((span) => span.name === name)
    .sort((one, two) => Number(one.attributes['ringback.attempt']) - Number(two.attributes['ringback.attempt']));
}

describe('with a collector', () => {
  it('makes one trace of a submit, its attempts and its callback, across web and worker', async () => {
    const job = await submit(
      {
        url: `${target.url}/plan?key=traced&statuses=503,200`,
        retry: { '5xx': { limit: 1, minTimeoutInMs: 10 } },
        callback: receiver.url,
      },
      { traceparent, tracestate: 'vendor=opaque' },
    );
    const spans = await spansOf(job.id, 4);
    const [submitted] = named(spans, 'submit GET') as [ReceivedSpan];
    const attempts = named(spans, 'attempt GET');
    const [delivered] = named(spans, 'deliver POST') as [ReceivedSpan];
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(submitted).toMatchObject({ service: 'ringback-web', parentId: 'b7ad6b7169203331', kind: 4, failed: false });
    expect(submitted.state).toBe('vendor=opaque');
    for (const span of [...attempts, delivered]) {
      expect(span).toMatchObject({ service: 'ringback-worker', parentId: submitted.spanId, kind: 3 });
      expect(span.links).toEqual([{ traceId, spanId: submitted.spanId }]);
    }
    expect(attempts.map(({ attributes, failed }) => [attributes['http.response.status_code'], failed])).toEqual([
      [503, true],
      [200, false],
    ]);
    expect(attempts[1]?.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.request.resend_count': 1,
      'url.full': `${target.url}/plan?key=********&statuses=503,200`,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(target.url).port),
      'messaging.system': 'ringback',
      'messaging.operation.type': 'process',
      'messaging.message.id': job.id,
      'ringback.attempt': 2,
    });
    expect(delivered.attributes).toMatchObject({ 'ringback.event.type': 'job.completed', 'ringback.attempt': 1 });
    expect(collector.headers()['x-tenant']).toBe('team-a');
    // What was sent names the span of its own attempt.
    expect(target.requests.map(({ headers }) => headers.traceparent)).toEqual(
      attempts.map(({ spanId }) => `00-${traceId}-${spanId}-01`),
    );
    expect(target.requests.map(({ headers }) => headers.tracestate)).toEqual(['vendor=opaque', 'vendor=opaque']);
    expect(receiver.received[0]?.headers.traceparent).toBe(`00-${traceId}-${delivered.spanId}-01`);
  });

  it('begins a trace where the caller has none, or none that can be read', async () => {
    const job = await submit({ url: `${target.url}/json` }, { traceparent: '00-nonsense' });
    const spans = await spansOf(job.id, 2);
    const [submitted] = named(spans, 'submit GET') as [ReceivedSpan];
    expect(submitted.parentId).toBe('');
    expect(named(spans, 'attempt GET')[0]?.traceId).toBe(submitted.traceId);
    expect(submitted.traceId).not.toBe(traceId);
  });

  it('gives an endpoint that hears of a job the place in its trace', async () => {
    const made = await ringback.call<{ id: string }>('endpoints.create', { name: 'traced', url: receiver.url });
    expect(made.body.result?.data.id, JSON.stringify(made.body)).toMatch(/^end_/);
    const job = await submit({ url: `${target.url}/json`, callback: { endpoint: 'traced' } }, { traceparent });
    const [delivered] = named(await spansOf(job.id, 3), 'deliver POST') as [ReceivedSpan];
    expect(delivered).toMatchObject({ traceId });
    expect(delivered.attributes['ringback.endpoint.id']).toBe(made.body.result.data.id);
  });

  it('says which way an attempt failed, and follows a decision not to sample', async () => {
    const reset = await submit({ url: `${target.url}/reset`, retry: 'none' }, { traceparent });
    const attempt = named(await spansOf(reset.id, 2), 'attempt GET')[0];
    expect(attempt).toMatchObject({ failed: true });
    expect(attempt?.attributes['error.type']).toBe('connection_reset');
    const quiet = await submit({ url: `${target.url}/json` }, { traceparent: traceparent.replace(/01$/, '00') });
    const sentTo = () => target.requests.find(({ path }) => path === '/json');
    await expect.poll(sentTo).toBeDefined();
    const sent = sentTo();
    expect(sent?.headers.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    await submit({ url: `${target.url}/json` }).then(({ id }) => spansOf(id, 2));
    expect(collector.spans.filter(({ attributes }) => attributes['ringback.job.id'] === quiet.id)).toEqual([]);
  });

  it('sends no secret', async () => {
    const secret = 'sk-live-4f9d2c71';
    const job = await submit(
      {
        url: `${target.url}/echo?api_key=${secret}&page=2`,
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        json: { password: secret },
        redact: { query: ['api_key'], body: ['/password'] },
        callback: { url: `${receiver.url}?token=${secret}`, headers: { 'x-api-key': secret } },
      },
      { traceparent },
    );
    const spans = await spansOf(job.id, 3);
    expect(target.requests[0]?.path).toContain(secret);
    expect(named(spans, 'attempt POST')[0]?.attributes['url.full']).toContain('page=2');
    expect(collector.said()).not.toContain(secret);
    expect(collector.said()).not.toContain(ringback.credentials.apiKey);
  });

  it('sends its last spans before a worker ends', async () => {
    const patient = await startOtlpReceiver();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', patient.url);
    const other = await startRingback({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: patient.url, OTEL_BSP_SCHEDULE_DELAY: '600000' },
    });
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector.url);
    await other.rest('POST', '/v1/jobs', { json: { url: `${target.url}/json` }, headers: { prefer: 'wait=20' } });
    expect(patient.spans).toEqual([]);
    await other.close();
    expect(patient.spans.map(({ name }) => name).sort()).toEqual(['attempt GET', 'submit GET']);
    await patient.close();
  });

  it('goes on when the collector refuses its spans, and says so in the log', async () => {
    const refusing = `${target.url}/status/400`;
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', refusing);
    const alone = await startRingback({
      env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: refusing, OTEL_BSP_SCHEDULE_DELAY: '20' },
    });
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', undefined);
    const answer = await alone.rest('POST', '/v1/jobs', {
      json: { url: `${target.url}/json` },
      headers: { prefer: 'wait=20' },
    });
    expect(((await answer.json()) as { state: string }).state).toBe('completed');
    await expect.poll(() => alone.logged()).toContain('spans could not be sent');
    await alone.close();
  });
});

describe('without a collector', () => {
  it('adds no header, and stores no place in a trace', async () => {
    const quiet = await startRingback();
    const answer = await quiet.rest('POST', '/v1/jobs', {
      json: { url: `${target.url}/json` },
      headers: { prefer: 'wait=20', traceparent },
    });
    expect(answer.status).toBe(200);
    expect(target.requests.map(({ headers }) => headers.traceparent)).toEqual([undefined]);
    const { rows } = await quiet.db.pool.query(`select options->'trace' as trace from job_request`);
    expect(rows).toEqual([{ trace: null }]);
    await quiet.close();
  });
});
