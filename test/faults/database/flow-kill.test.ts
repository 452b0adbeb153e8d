import { expect, it, onTestFinished } from 'vitest';
import type { Job } from '#src/contract/job/job.ts';
import { startCountingTarget } from '#test/integration/flow/counting-target.ts';
import { startUp, type UpProcess } from '#test/support/up.ts';

const jobs = 300;
const concurrency = 8;
const rate = { limit: 60, periodSeconds: 1 };
const key = 'killed';

async function startFlow(up: UpProcess) {
  const target = await startCountingTarget(40);
  onTestFinished(() => target.close());
  const headers = { authorization: `Bearer ${up.credentials.apiKey}`, 'content-type': 'application/json' };
  const call = async <T>(path: string, json?: object): Promise<T> => {
    const init = json === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(json) };
    return (await fetch(`${up.url}${path}`, init)).json() as Promise<T>;
  };
  const flow = { key, concurrency, rate };
  const batch = { jobs: Array.from({ length: jobs }, () => ({ url: target.url, flow })) };
  const { results } = await call<{ results: { ok: boolean; job: Job }[] }>('/v1/jobs/batch', batch);
  expect(results.filter(({ ok }) => ok)).toHaveLength(jobs);
  const completed = async () => {
    let count = 0;
    let cursor: string | null = null;
    do {
      const query: string = `/v1/jobs?flow=${key}&state=completed&limit=100${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: { jobs: unknown[]; nextCursor: string | null } = await call(query);
      count += page.jobs.length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return count;
  };
  return { target, call, completed };
}

/** Returns the most requests that came within any period of the rate, less a little for what the network adds. */
function mostInPeriod(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const within = (from: number) => sorted.filter((at) => at >= from && at < from + rate.periodSeconds * 1_000 - 100);
  return Math.max(...sorted.map((from) => within(from).length));
}

it.each(['PostgreSQL', 'the web process', 'the worker'])(
  '%s killed amid a flow: each job ends once, and no limit is exceeded',
  async (what) => {
    const up = await startUp();
    onTestFinished(() => up.stop());
    const { target, call, completed } = await startFlow(up);
    for (let kills = 1; kills <= 2; kills++) {
      await expect.poll(() => target.arrivals.length, { timeout: 30_000 }).toBeGreaterThan(kills * 60);
      const [child = 0] =
        what === 'PostgreSQL'
          ? [await up.postmaster()]
          : await up.children(what.split(' ')[1] === 'web' ? 'web' : 'worker');
      process.kill(child, 'SIGKILL');
    }
    await expect.poll(() => completed().catch(() => 0), { timeout: 90_000, interval: 500 }).toBe(jobs);
    expect(target.most('/')).toBeLessThanOrEqual(concurrency);
    // The rate limits starts. Those that have started and not arrived, as many as are under way at once, may come in a bunch.
    expect(mostInPeriod(target.arrivals.map(({ at }) => at))).toBeLessThanOrEqual(rate.limit + concurrency);
    const flow = await call<object>(`/v1/flows/${key}`);
    expect(flow).toMatchObject({ waiting: 0, running: 0, concurrency });
    // A request that was under way when its worker died is made again; no other one is.
    const again = what === 'the worker' ? 2 * concurrency : what === 'PostgreSQL' ? concurrency : 0;
    expect(target.arrivals.length).toBeLessThanOrEqual(jobs + again);
  },
  180_000,
);
