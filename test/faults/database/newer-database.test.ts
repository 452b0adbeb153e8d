import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startSoakApp } from '#test/soak/kinds/runs.ts';
import { makeLedger } from '#test/soak/ledger.ts';
import { endSchedules, startLoad } from '#test/soak/load.ts';
import { countAccepted, makeScene, untilQuiet, untilRead } from '#test/soak/soak.ts';
import { checkAll } from '#test/soak/soak-checks.ts';
import { startSoakReceiver } from '#test/soak/soak-receiver.ts';
import { type SoakStack, startSoakStack } from '#test/soak/soak-stack.ts';
import { startSoakTarget } from '#test/soak/soak-target.ts';
import { makeUndo } from '#test/soak/undo.ts';
import { endWorkerProcesses, startWebProcess, startWorkerProcess } from '#test/support/processes.ts';
import { startRingback } from '#test/support/ringback.ts';

/** Does to every table what a newer version may do in an expand step, and says that it is there. */
async function extend({ query }: Pick<SoakStack, 'query'>): Promise<void> {
  const tables = await query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename <> '_prisma_migrations'`,
  );
  expect(tables.length).toBeGreaterThan(40);
  for (const { name } of tables)
    await query(`alter table "${name}" add column later_text text, add column later_count int not null default 0`);
  await query('create table later (id uuid primary key)');
  await query(`insert into "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
               values ('x', 'x', '9999_later', now(), now(), 1)`);
}

it('processes go on, and start again, while a newer version extends every table under load', async () => {
  const seed = 7;
  const ledger = makeLedger(seed);
  const undo = makeUndo();
  onTestFinished(undo.run);
  const [stack, target, receiver, app] = await Promise.all([
    startSoakStack({ workers: 2, pace: 'test', marker: ledger.marker, undo }),
    startSoakTarget(seed),
    startSoakReceiver(seed),
    startSoakApp(),
  ]);
  undo.add(() => Promise.all([target.close(), receiver.close(), app.close()]));
  while ([stack.web, ...stack.workers].some(({ current }) => current === undefined)) await pause(50);
  const scene = await makeScene({ ledger, stack, target, receiver, app }, { seed, pauseMs: 100 });
  const more = async (count: number) => {
    const from = countAccepted(ledger);
    while (countAccepted(ledger) < from + count) await pause(50);
  };

  const load = startLoad(scene, 5);
  await more(150);
  await extend(stack);
  await more(150);
  await stack.workers[0]?.replace('SIGTERM');
  await more(50);
  await load.stop();
  // The API is started again while nobody asks it.
  await stack.web.replace('SIGTERM');
  await endSchedules(scene);
  await untilQuiet(stack, 120);
  await untilRead(ledger, 120);

  const { findings } = await checkAll({ stack, ledger, target, receiver });
  expect(Object.fromEntries(Object.entries(findings).filter(([, found]) => found.length > 0))).toEqual({});
  expect(ledger.unanswered).toBe(0);
}, 600_000);

it('neither web nor worker starts on a database that is behind them, and both say what is missing', async () => {
  const ringback = await startRingback({ worker: false });
  onTestFinished(ringback.close);
  onTestFinished(endWorkerProcesses);
  await ringback.db.query(`delete from "_prisma_migrations" where migration_name = '0034_pauses'`);
  const refused = /ended with 1:\s.*older than this program, which needs: 0034_pauses\. Run "ringback migrate" first/s;
  await expect(startWebProcess(ringback, 0, { pace: 'production' })).rejects.toThrow(refused);
  await expect(startWorkerProcess(ringback, {}, { pace: 'production' })).rejects.toThrow(refused);
  await ringback.db.query(
    `update "_prisma_migrations" set migration_name = '9999_later' where migration_name = '0001_init'`,
  );
  await ringback.db.query(`insert into "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    select gen_random_uuid(), 'x', name, now(), now(), 1 from unnest('{0001_init,0034_pauses}'::text[]) as name`);
  await startWorkerProcess(ringback, {}, { pace: 'production' });
});
