import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import type { CoolDown } from '#src/domain/flow/cool-down.ts';
import { parseId } from '#src/domain/text/id.ts';
import { type CoolDowns, makeCoolDowns } from '#src/engine/cool/cool-downs.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
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

type Cut = 'before the commit' | 'after the commit';

/** A worker's cool-downs, whose connection may be cut during the next transaction. `stored` counts what was confirmed. */
function cutting() {
  const cuts: Cut[] = [];
  const lost = new Error('Connection terminated unexpectedly');
  let stored = 0;
  const transaction: EngineDeps['db']['transaction'] = async (act) => {
    const cut = cuts.shift();
    const result = await engine.db.transaction(async (tx) => {
      const made = await act(tx);
      if (cut === 'before the commit') throw lost;
      return made;
    });
    if (cut === 'after the commit') throw lost;
    return result;
  };
  const coolDowns = makeCoolDowns({ ...engine, db: { ...engine.db, transaction }, notify: () => void stored++ });
  return { coolDowns, cuts, stored: () => stored };
}

/** What attempts at a new target are answered. */
function target(coolDowns: CoolDowns) {
  const url = `https://${randomUUID()}.test/`;
  const options = { policy: 'default/2/once', redact: { query: [] } };
  const project_id = parseId('prj', ringback.credentials.projectId);
  const job = { id: randomUUID(), project_id, url, options } as unknown as ClaimedJob;
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 5 };
  const rest = { body: new Uint8Array(), truncated: false, redirects: [], remoteAddress: null, timings };
  const answer = (status: number, headers: [string, string][] = []) => {
    const outcome: Outcome = { kind: 'response', status, headers, ...rest };
    coolDowns.note(job, { url, headers: [] } as never, outcome);
  };
  const read = async () => {
    const text = `select id, cool_down from line where kind = 'cooldown' and key like $1`;
    const { rows } = await ringback.db.pool.query<{ id: string; cool_down: CoolDown }>(text, [`${url.slice(0, -1)} %`]);
    return rows[0];
  };
  const set = async (changes: Partial<CoolDown>) =>
    ringback.db.pool.query('update line set cool_down = cool_down || $2::jsonb where id = $1', [
      (await read())?.id,
      JSON.stringify(changes),
    ]);
  return { answer, set, state: async () => (await read())?.cool_down };
}

const refused: [string, string][] = [['retry-after', '30']];

it.each<Cut[][]>([
  [['before the commit']],
  [['after the commit']],
  [['after the commit', 'before the commit']],
  [['before the commit', 'after the commit', 'after the commit']],
])('what a target answers counts once, though the connection is cut %j', async (cut) => {
  const { coolDowns, cuts, stored } = cutting();
  const { answer, set, state } = target(coolDowns);
  for (let count = 0; count < 20; count++) answer(200);
  cuts.push(...cut);
  answer(429, refused);
  await expect.poll(stored).toBe(1);
  expect(await state()).toMatchObject({ limit: 20, ceiling: 20, isLearned: false });
  expect((await state())?.untilMs).toBeGreaterThan(Date.now() + 25_000);

  // An answer to a request that was sent before the pause is told by itself.
  cuts.push(...cut);
  answer(200);
  await expect.poll(stored).toBe(2);
  expect(await state()).toMatchObject({ limit: 21, ceiling: 21 });

  await set({ isLearned: true, limit: 100, ceiling: 120 });
  cuts.push(...cut);
  answer(429, refused);
  await expect.poll(stored).toBe(3);
  expect(await state()).toMatchObject({ limit: 99, ceiling: 120, named: null });
});
