import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import { makeLog } from '#src/log.ts';
import { runWeb } from '#src/server/web-process.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { type PostgresProxy, startPostgresProxy } from '#test/support/postgres-proxy.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { testPace } from '#test/support/test-pace.ts';
import { startUp } from '#test/support/up.ts';

const outageMs = 12_000;

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
});
beforeEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

type Answer = { status: number; body: { id: string; code?: string; detail?: string }; label: string };

/** Ringback with a proxy between it and its database. */
async function behindProxy(): Promise<{ url: string; proxy: PostgresProxy }> {
  const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
  const proxy = await startPostgresProxy(ringback.databaseUrl);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const config = { ...ringback.config, databaseUrl: proxy.url, port, url };
  const web = await runWeb(config, log, { dashboard: false, pace: testPace });
  const worker = await runWorker(config, log, { pace: testPace });
  onTestFinished(async () => {
    proxy.resume();
    await worker.stop();
    await web.stop();
    await proxy.close();
  });
  return { url, proxy };
}

function submitter(url: string, apiKey: string) {
  return async (label: string): Promise<Answer> => {
    const response = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${target.url}/json?${label}`, labels: [label], callback: receiver.url }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'], label };
  };
}

/** Submits without a pause, `lanes` at a time, until it is told to stop. */
function keepSubmitting(submit: (label: string) => Promise<Answer>, lanes: number, name: string) {
  const answers: Answer[] = [];
  let on = true;
  const lane = async (n: number) => {
    for (let i = 0; on; i++) answers.push(await submit(`${name}-${n}-${i}`));
  };
  const running = Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)));
  return {
    answers,
    stop: async () => {
      on = false;
      await running;
      return answers;
    },
  };
}

/** Milliseconds from a submission to its callback, when nothing else is under way: the median of seven. */
async function medianMs(submit: (label: string) => Promise<Answer>, name: string): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 7; i++) {
    const from = performance.now();
    const seen = receiver.received.length;
    await submit(`${name}-${i}`);
    await receiver.waitFor((all) => all.length > seen);
    took.push(performance.now() - from);
  }
  return took.sort((a, b) => a - b)[3] ?? 0;
}

/** The jobs that events have come for. */
const eventJobs = () =>
  new Set(receiver.received.map((one) => /"id":"(job_\w+)"/.exec(one.body.toString())?.[1] ?? ''));

const hasAll = (jobs: { id: string }[]) => () => {
  const seen = eventJobs();
  return jobs.every(({ id }) => seen.has(id));
};

describe('a database that cannot be reached for 12 s while jobs come in', () => {
  it('loses none that was accepted, runs none that was refused, and works as fast as before afterwards', async () => {
    const { url, proxy } = await behindProxy();
    const submit = submitter(url, ringback.credentials.apiKey);
    const lanes = 6;
    const usualMs = await medianMs(submit, 'usual');
    const usual = eventJobs().size;
    const load = keepSubmitting(submit, lanes, 'outage');
    await expect.poll(() => load.answers.length, { timeout: 20_000 }).toBeGreaterThan(30);
    proxy.cut();
    const cutAt = Date.now();
    await expect
      .poll(() => load.answers.filter(({ status }) => status === 503).length, { timeout: outageMs })
      .toBeGreaterThan(0);
    await expect.poll(() => Date.now() - cutAt, { timeout: outageMs + 5_000, interval: 100 }).toBeGreaterThan(outageMs);
    proxy.resume();
    const before = load.answers.length;
    await expect
      .poll(() => load.answers.slice(before).filter(({ status }) => status === 202).length, { timeout: 20_000 })
      .toBeGreaterThan(30);
    const answers = await load.stop();

    const accepted = answers.filter(({ status }) => status === 202);
    const refused = answers.filter(({ status }) => status !== 202);
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.code}`))).toEqual(new Set(['503 unavailable']));
    const { rows } = await ringback.db.pool.query<{ label: string }>(
      `select labels[1] as label from job where labels[1] like 'outage-%'`,
    );
    const stored = new Set(rows.map(({ label }) => label));
    expect(accepted.filter(({ label }) => !stored.has(label))).toEqual([]);
    // Only whose commit was under way when the connection broke may be stored, at most one a lane.
    const unsure = refused.filter(({ label }) => stored.has(label));
    expect(unsure.length).toBeLessThanOrEqual(lanes);
    expect(refused.length).toBeGreaterThan(unsure.length);
    expect(refused.filter(({ body }) => body.detail?.includes('nothing was accepted'))).toEqual([]);
    expect(rows).toHaveLength(stored.size);
    await receiver.waitFor(() => eventJobs().size === stored.size + usual, 30_000);
    const ids = new Set(receiver.received.map((one) => one.headers['webhook-id']));
    expect(ids.size).toBe(accepted.length + unsure.length + usual);

    // Nobody polls for 500 ms any more: the wake-ups are heard again.
    const slower = async () => (await medianMs(submit, 'after')) - 4 * usualMs;
    await expect.poll(slower, { timeout: 60_000 }).toBeLessThan(100);
  }, 180_000);

  it('runs nothing twice: what was in flight settles when the database is back', async () => {
    const { url, proxy } = await behindProxy();
    const submit = submitter(url, ringback.credentials.apiKey);
    const jobs: SubmittedJob[] = [];
    for (let i = 0; i < 20; i++) {
      const { body } = await ringback.call<SubmittedJob>('jobs.submit', {
        url: `${target.url}/slow/3000?${i}`,
        callback: receiver.url,
      });
      jobs.push(body.result.data);
    }
    await expect.poll(() => target.hits('/slow/3000'), { timeout: 10_000 }).toBe(20);
    proxy.cut();
    const cutAt = Date.now();
    await expect.poll(() => Date.now() - cutAt, { timeout: outageMs + 5_000, interval: 100 }).toBeGreaterThan(outageMs);
    proxy.resume();
    await receiver.waitFor(hasAll(jobs), 30_000);
    expect(target.hits('/slow/3000')).toBe(20);
    for (const { id } of jobs) {
      const { attempts } = (await (await ringback.rest('GET', `/v1/jobs/${id}/attempts`)).json()) as JobAttempts;
      expect(attempts).toMatchObject([{ number: 1, outcome: 'response' }]);
    }
    expect((await submit('still-there')).status).toBe(202);
  }, 120_000);
});

it('PostgreSQL killed, and restarted fast and at once, in the midst of quick jobs: no process ends, nothing accepted is lost, no event comes twice', async () => {
  const up = await startUp();
  onTestFinished(() => up.stop());
  const before = [...(await up.children('worker')), ...(await up.children('web'))];
  const load = keepSubmitting(submitter(up.url, up.credentials.apiKey), 16, 'killed');
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one, after which it recovers as after a crash.
  for (const signal of ['SIGKILL', 'SIGINT', 'SIGQUIT'] as const) {
    const seen = load.answers.length;
    await expect
      .poll(() => load.answers.slice(seen).filter(({ status }) => status === 202).length, { timeout: 30_000 })
      .toBeGreaterThan(100);
    process.kill(await up.postmaster(), signal);
  }
  const seen = load.answers.length;
  await expect
    .poll(() => load.answers.slice(seen).filter(({ status }) => status === 202).length, { timeout: 30_000 })
    .toBeGreaterThan(100);
  const answers = await load.stop();
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim()))).toSatisfy(
    (kinds: Set<string>) => [...kinds].every((kind) => kind === '202' || kind === '503 unavailable'),
  );
  const accepted = answers.filter(({ status }) => status === 202);
  await receiver.waitFor(hasAll(accepted.map(({ body }) => body)), 60_000);
  // One event for each job; a refused one whose commit was under way may be among them.
  expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(eventJobs().size);
  expect([...(await up.children('worker')), ...(await up.children('web'))], up.output().slice(-3_000)).toEqual(before);
}, 180_000);
