import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { makeCoolDowns } from '#src/engine/cool/cool-downs.ts';
import { claimDueJobs } from '#src/engine/dispatch/claim-due.ts';
import { claimFromLines } from '#src/engine/dispatch/claim-lines.ts';
import { makePaused } from '#src/engine/dispatch/paused.ts';
import { makeJobRoom } from '#src/engine/pump/job-room.ts';
import { makeUnderWay } from '#src/engine/pump/under-way.ts';
import { makeLedger } from '#test/soak/ledger.ts';
import { checkPauses } from '#test/soak/pauses.ts';
import { beginAndHold } from '#test/support/hold.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startWorkerEngine, type WorkerEngine } from '#test/support/worker-engine.ts';

let ringback: TestRingback;
let engine: WorkerEngine;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  engine = await startWorkerEngine(ringback);
});
afterAll(async () => {
  await engine.stop();
  await ringback.close();
});

const submit = async (input: object) => (await ringback.call<SubmittedJob>('jobs.submit', input)).body.result.data.id;
const read = async (id: string) => (await ringback.call<Job>('jobs.get', { id }, { query: true })).body.result.data;

/** A claimer of a worker whose own reading of pauses has not come back since it started. */
async function claimer() {
  const paused = makePaused(engine);
  await paused.refresh();
  const room = makeJobRoom(makeUnderWay(10, 2).of('job'), () => undefined);
  return {
    ...{
      claim: { claimId: randomUUID(), workerId: '00000000-0000-7000-8000-000000000001' },
      bytes: 1_000_000,
      room,
      paused,
    },
    ...{ coolDowns: makeCoolDowns(engine), wakeIn: () => undefined },
  };
}

it('a worker whose reading of pauses hangs does not claim by what it knew: the claim reads them itself', async () => {
  const own = await claimer();
  const url = 'http://127.0.0.1:19999/';
  const [queued, inFlow] = [await submit({ url }), await submit({ url, flow: { key: 'one', concurrency: 1 } })];
  await ringback.call('pauses.begin', {});
  await wait(2_100);
  expect((await claimDueJobs(engine, own, 10)).work).toEqual([]);
  expect((await read(queued)).waitReason).toBe('paused');
  expect((await claimFromLines(engine, own, 10)).work).toEqual([]);

  await ringback.call('pauses.end', {});
  await wait(2_100);
  const work: string[] = [];
  for (let n = 0; n < 2; n++) work.push(...(await claimFromLines(engine, own, 10)).work.map(({ url }) => url));
  expect(work).toEqual([url]);
  // The line of the flow was put off while the pause lasted, and is looked at again as soon as the reading comes back.
  await own.paused.refresh();
  expect((await claimFromLines(engine, own, 10)).work).toMatchObject([{ flow_id: expect.any(String) }]);
  expect((await read(inFlow)).state).toBe('in_progress');
});

/** Claims from lines twice, and returns the URLs: the line of an older pause may come first, and take all places. */
async function claimTwice(own: Awaited<ReturnType<typeof claimer>>): Promise<string[]> {
  const looks = [await claimFromLines(engine, own, 10), await claimFromLines(engine, own, 10)];
  return looks.flatMap(({ work }) => work.map((job) => job.url));
}

it('what waited for the pause of a host waits for that of its project too', async () => {
  const own = await claimer();
  const url = 'http://127.0.0.1:19998/';
  await ringback.call('pauses.begin', { host: '127.0.0.1' });
  await own.paused.refresh();
  const id = await submit({ url });
  expect((await claimDueJobs(engine, own, 10)).work).toEqual([]);
  expect((await read(id)).waitReason).toBe('paused');

  await ringback.call('pauses.begin', {});
  await ringback.call('pauses.end', { host: '127.0.0.1' });
  await own.paused.refresh();
  expect((await claimFromLines(engine, own, 10)).work).toEqual([]);
  await ringback.call('pauses.end', {});
  await own.paused.refresh();
  expect(await claimTwice(own)).toEqual([url]);
});

it('what waited for the pause of a project waits for that of its host too', async () => {
  const own = await claimer();
  const url = 'http://localhost:19994/';
  await ringback.call('pauses.begin', {});
  await own.paused.refresh();
  await submit({ url });
  expect((await claimDueJobs(engine, own, 10)).work).toEqual([]);

  await ringback.call('pauses.begin', { host: 'localhost' });
  await ringback.call('pauses.end', {});
  await own.paused.refresh();
  expect(await claimTwice(own)).toEqual([]);
  await ringback.call('pauses.end', { host: 'localhost' });
  await own.paused.refresh();
  expect(await claimTwice(own)).toEqual([url]);
});

it('an attempt that a caller cancels did not begin before the pause ended that its claim waited for', async () => {
  const own = await claimer();
  await ringback.call('pauses.begin', {});
  await own.paused.refresh();
  const from = Date.now();
  const id = await submit({ url: 'http://127.0.0.1:19997/' });
  let until = 0;
  // The pause ends while the transaction of the claim is open, as behind a database that has just started.
  const renew = async () => {
    if (until > 0) return false;
    await wait(20);
    until = Date.now();
    await ringback.call('pauses.end', {});
    await own.paused.refresh();
    return true;
  };
  expect((await claimDueJobs(engine, { ...own, paused: { ...own.paused, renew } }, 10)).work).toHaveLength(1);
  await ringback.call('jobs.cancel', { id });
  expect(await read(id)).toMatchObject({ state: 'cancelled', attempts: 1 });
  const query = async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
    (await ringback.db.pool.query<Row>(text, values)).rows;
  const ledger = { ...makeLedger(1), pauses: [{ from, until }] };
  const { url, credentials } = ringback;
  expect(await checkPauses({ stack: { url, credentials, unasked: [], query }, ledger })).toEqual({
    'requests during a pause': [],
  });
});

/** A claimer whose statements become slow, once it has asked about pauses; a pause begins meanwhile. */
async function slowClaimer(pause: { host?: string }) {
  const own = await claimer();
  let asked = 0;
  const renew: typeof own.paused.renew = async (tx) => {
    asked += 1;
    if (asked > 1) return own.paused.renew(tx);
    await ringback.call('pauses.begin', pause);
    await wait(2_100);
    return false;
  };
  return { ...own, paused: { ...own.paused, renew } };
}

it('a claim that takes long claims nothing of a project that was paused meanwhile', async () => {
  const slow = await slowClaimer({});
  const id = await submit({ url: 'http://localhost:19996/' });
  await expect(claimDueJobs(engine, slow, 10)).rejects.toThrow('a pause began');
  expect(await read(id)).toMatchObject({ state: 'queued', attempts: 0 });
  expect((await claimDueJobs(engine, slow, 10)).work).toEqual([]);
  expect(await read(id)).toMatchObject({ waitReason: 'paused' });
  await ringback.call('pauses.end', {});

  // A claim from lines holds those that are due, that of the project's pause among them.
  const slowOfLines = await slowClaimer({ host: 'localhost' });
  await expect(claimFromLines(engine, slowOfLines, 10)).rejects.toThrow('a pause began');
  expect(await read(id)).toMatchObject({ state: 'queued', attempts: 0 });
  await ringback.call('pauses.end', { host: 'localhost' });
});

it('a claim that waited for a row knows of a pause that began meanwhile', async () => {
  const own = await claimer();
  const id = await submit({ url: 'http://127.0.0.1:19995/' });
  const holder = await ringback.db.pool.connect();
  try {
    await beginAndHold(holder);
    await holder.query("select id from job where url like '%:19995/' for update");
    const claiming = claimDueJobs(engine, own, 10);
    await ringback.call('pauses.begin', {});
    await wait(2_100);
    await holder.query('rollback');
    expect((await claiming).work).toEqual([]);
  } finally {
    holder.release();
  }
  expect(await read(id)).toMatchObject({ waitReason: 'paused', attempts: 0 });
  await ringback.call('pauses.end', {});
});
