import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { freePort } from '#test/support/free-port.ts';
import { endWorkerProcesses, startWebProcess } from '#test/support/processes.ts';
import { startRingback } from '#test/support/ringback.ts';

it('a key that comes to two web processes at once makes one job', async () => {
  const ringback = await startRingback({ worker: false });
  onTestFinished(ringback.close);
  const port = await freePort();
  onTestFinished(endWorkerProcesses);
  await startWebProcess(ringback, port);
  const submit = async (url: string) => {
    const response = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'http://127.0.0.1:8009/', idempotencyKey: 'both' }),
    });
    return (await response.json()) as SubmittedJob;
  };
  const waiting = async (count: number) => {
    await expect
      .poll(
        () =>
          ringback.db.query(
            `select count(*)::int as n from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' and application_name = 'ringback web'`,
          ),
        { timeout: 20_000 },
      )
      .toEqual([{ n: count }]);
  };

  // The first one has claimed the key, and cannot write its job. The second one comes in between.
  const holder = new pg.Client({ connectionString: ringback.databaseUrl });
  await holder.connect();
  onTestFinished(() => holder.end());
  await holder.query('begin');
  await holder.query('lock table job_request in exclusive mode');
  const first = submit(ringback.url);
  await waiting(1);
  const second = submit(`http://127.0.0.1:${port}`);
  await waiting(2);
  await holder.query('commit');

  expect((await second).id).toBe((await first).id);
  expect([(await first).replayed, (await second).replayed]).toEqual([false, true]);
  expect(await ringback.db.query('select count(*)::int as n from job')).toEqual([{ n: 1 }]);
});
