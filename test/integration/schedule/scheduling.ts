import { expect } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import type { Job } from '#src/contract/job/job.ts';
import type { TestRingback } from '#test/support/ringback.ts';

/** What tests of schedules do with a Ringback. */
export type Scheduling = {
  client: Ringback;
  /** Makes a schedule due, as if its time had come so many seconds ago. */
  makeDue(name: string, agoSeconds?: number): Promise<void>;
  /** Waits for a run that comes after `makeDue`. */
  untilRun(name: string): Promise<void>;
  jobsOf(name: string): Promise<Job[]>;
};

export function scheduling(ringback: TestRingback): Scheduling {
  const client = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
  return {
    client,
    async makeDue(name, agoSeconds = 0) {
      // The column keeps milliseconds and rounds: a time that is rounded up is not due yet, and `untilRun` would see no run to wait for.
      const { rowCount } = await ringback.db.pool.query(
        `update schedule set next_run_at = date_trunc('milliseconds', now()) - make_interval(secs => $2) where name = $1`,
        [name, agoSeconds],
      );
      expect(rowCount).toBe(1);
    },
    async untilRun(name) {
      const waiting = async () =>
        (await ringback.db.pool.query('select 1 from schedule where name = $1 and next_run_at <= now()', [name]))
          .rowCount;
      await expect.poll(waiting, { timeout: 20_000 }).toBe(0);
    },
    async jobsOf(name) {
      const { jobs } = await client.list({ label: `schedule:${name}` });
      return client.getMany(jobs.map(({ id }) => id));
    },
  };
}
