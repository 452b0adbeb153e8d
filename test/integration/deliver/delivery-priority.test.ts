import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseId } from '#src/domain/text/id.ts';
import { giveTimes } from '#src/engine/deliver/gate.ts';
import { resendAll } from '#src/engine/deliver/resend.ts';
import { settleDelivery, storeSettledDeliveries } from '#src/engine/deliver/settle-delivery.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { admit, readmitLost } from '#src/engine/dispatch/admit.ts';
import { makeReceivers } from '#src/engine/receivers-cache.ts';
import { cancelAll } from '#src/engine/settle/cancel.ts';
import type { Due, Queue } from '#src/store/db/queue.ts';
import { claimDeliveries } from '#src/store/delivery/claim-deliveries.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { seedBacklog } from '#test/support/backlog.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let endpointId: string;
let deps: EngineDeps;
/** What was put into the queue. */
const made: Due[] = [];
/** An end and an event of progress. */
let end: string;
let progress: string;

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  const queue: Queue = {
    insert: async (_tx, _name, due) => void made.push(...due),
    take: async () => ({ ids: [], full: false }),
    stop: async () => undefined,
  };
  const cipher = makeCipher([{ id: 'a', key: randomBytes(32) }]);
  const { db } = ringback;
  const receivers = makeReceivers(db, Date.now);
  deps = {
    db,
    queue,
    receivers,
    cipher,
    publicUrl: '',
    notify: () => undefined,
    now: Date.now,
    random: Math.random,
  } as never;
  const calls = endpointCalls(ringback);
  const { id } = await calls.make({ url: 'http://127.0.0.1:59999/', projectWide: true });
  endpointId = parseId('end', id) as string;
  await seedBacklog(ringback, id, 2);
  const { rows } = await run('select id from delivery order by id');
  [end, progress] = rows.map((row) => row.id as string) as [string, string];
  await run(`update delivery set type = 'job.started', terminal = false where id = $1`, [progress]);
  await run(`insert into delivery_payload (delivery_id, body) values ($1, '{}')`, [progress]);
});
beforeEach(async () => {
  await wait(0);
});
afterAll(() => ringback.close());

const run = (sql: string, values: unknown[] = []) => ringback.db.pool.query(sql, values);

async function wait(seconds: number): Promise<void> {
  const sql = `update delivery set state = 'pending', next_attempt_at = now() + make_interval(secs => $1), admitted_at = null,
               ended_at = null, claim_id = null, claimed_by = null, claimed_at = null`;
  await run(sql, [seconds]);
  made.length = 0;
}

function expectBoth(priorityOfEnd: number | undefined = undefined): void {
  const messages = made.map(({ id, receiver, priority }) => ({ id, receiver, priority }));
  expect(messages.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
    { id: end, receiver: endpointId, priority: priorityOfEnd },
    { id: progress, receiver: endpointId, priority: (priorityOfEnd ?? 0) - 100 },
  ]);
}

it('those that come due give way, and count for their receiver', async () => {
  await admit(deps, 'deliver');
  expectBoth();
});

it('those whose message was lost as well', async () => {
  await run(`update delivery set admitted_at = now() - interval '1 hour', next_attempt_at = now() - interval '1 hour'`);
  await readmitLost(deps, 'deliver', 15);
  expectBoth();
});

it('those that are held, or fetched from a line, as well', async () => {
  const held = [end, progress].map((id) => ({ id, atMs: Date.now() + 1_000, granted: true }));
  await deps.db.transaction((tx) => giveTimes(tx, deps.queue, held));
  expectBoth();
});

it('those that are tried again as well', async () => {
  await deps.db.transaction(async (tx) => {
    const rows = await claimDeliveries(tx, [end, progress], { claimId: end, workerId: end });
    const at = { startedAt: new Date(), endedAt: new Date() };
    const outcome = { kind: 'interrupted', by: 'shutdown' } as const;
    const tries = rows.map((delivery) =>
      settleDelivery({ delivery, bytes: null, outcome, egressDown: false, worker: 'w', ...at }, deps),
    );
    await storeSettledDeliveries(tx, tries, deps);
  });
  expectBoth();
});

it('those that are sent again as well, and they go behind live events of their receiver', async () => {
  await run(`update delivery set state = 'failed', ended_at = now(), next_attempt_at = null`);
  const { rows } = await run('select id, job_id from delivery');
  await deps.db.transaction((tx) => resendAll(tx, deps, rows));
  expectBoth(-1);
});

it('the ends of cancelled jobs count for their receivers', async () => {
  const jobs = await run(`update job set state = 'scheduled', ended_at = null returning id, project_id`);
  await run('update delivery set terminal = false');
  const projectId = jobs.rows[0].project_id as string;
  const jobIds = jobs.rows.map((row) => row.id as string);
  await deps.db.transaction((tx) => cancelAll(tx, deps, { projectId, jobIds }));
  expect(made.map(({ receiver }) => receiver)).toEqual([endpointId, endpointId]);
});
