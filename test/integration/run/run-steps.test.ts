import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRingback, type RunIo } from '#src/client/index.ts';
import { retain } from '#src/engine/retain/retain.ts';
import { addKey } from '#test/support/access.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;

beforeAll(async () => {
  server = await startRingback({ worker: false });
});
afterAll(() => server.close());

const runOf = (id: string, apiKey = server.credentials.apiKey): RunIo =>
  createRingback({ url: server.url, apiKey }).run(id);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const sql = async (text: string, values: unknown[]) => (await server.db.pool.query(text, values)).rows;

/** Work that counts how often it is done. */
function counted(result: unknown, tookMs = 0) {
  const work = async () => {
    work.times++;
    await pause(tookMs);
    return result;
  };
  work.times = 0;
  return work;
}

describe('a step of a run', () => {
  it('is done once, and has the same result when the run starts over', async () => {
    const id = randomUUID();
    for (const result of [{ a: [1, null, 'ü\u0000\ud800'] }, 'text', 0, null, undefined]) {
      const work = counted(result);
      const key = JSON.stringify(result) ?? 'undefined';
      expect(await runOf(id).step(key, work)).toEqual(result);
      expect(await runOf(id).step(key, work)).toEqual(result);
      expect(work.times).toBe(1);
    }
  });

  it('is done by one of ten that want it at once, and the others wait for its result', async () => {
    const [id, work] = [randomUUID(), counted({ n: 7 }, 400)];
    const all = Array.from({ length: 10 }, () => runOf(id).step('one', work));
    expect(await Promise.all(all)).toEqual(Array(10).fill({ n: 7 }));
    expect(work.times).toBe(1);
  });

  it('stays with a process that works for longer than its lease, and goes to the next after a death', async () => {
    const [id, slow] = [randomUUID(), counted('slow', 5_000)];
    const first = runOf(id).step('slow', slow, { leaseSeconds: 3 });
    await expect.poll(() => slow.times).toBe(1);
    expect(await Promise.all([first, runOf(id).step('slow', slow)])).toEqual(['slow', 'slow']);
    expect(slow.times).toBe(1);

    const claim = { run: id, key: 'dead', claimId: randomUUID(), leaseSeconds: 1 };
    expect(
      await createRingback({ url: server.url, apiKey: server.credentials.apiKey }).trpc.steps.claim.mutate(claim),
    ).toEqual({
      state: 'claimed',
    });
    const next = counted('next');
    expect(await runOf(id).step('dead', next)).toBe('next');
    expect(next.times).toBe(1);
  });

  it('is given back when its work throws, and keeps the first result when two did the work', async () => {
    const id = randomUUID();
    const failing = () => Promise.reject(new Error('no'));
    await expect(runOf(id).step('given back', failing)).rejects.toThrow('no');
    expect(await runOf(id).step('given back', () => 'now')).toBe('now');

    const { trpc } = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
    const finish = (result: string) => trpc.steps.finish.mutate({ run: id, key: 'both', result });
    expect([await finish('"first"'), await finish('"second"')]).toEqual([{ result: '"first"' }, { result: '"first"' }]);
  });

  it('stops waiting when told to, and refuses what cannot be kept', async () => {
    const id = randomUUID();
    const { trpc } = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
    await trpc.steps.claim.mutate({ run: id, key: 'held', claimId: randomUUID(), leaseSeconds: 60 });
    const waiting = runOf(id).step('held', () => 1, { signal: AbortSignal.timeout(300) });
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    const large = runOf(id).step('large', () => 'ü'.repeat(140_000));
    await expect(large).rejects.toMatchObject({ code: 'invalid_input', field: 'result' });
    await expect(runOf(id).step('no JSON', () => 1n)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await runOf(id).step('large', () => 'small')).toBe('small');
  });

  it('belongs to its project', async () => {
    const id = randomUUID();
    await runOf(id).step('mine', () => 'mine');
    const other = randomUUID();
    await sql(`insert into project (id, name) values ($1, 'other')`, [other]);
    const secret = await addKey(server, other, ['jobs:write']);
    expect(await runOf(id, secret).step('mine', () => 'theirs')).toBe('theirs');
    expect(await runOf(id).step('mine', () => 'again')).toBe('mine');
  });

  it('is done again after a week, and deleted then', async () => {
    const id = randomUUID();
    await runOf(id).step('old', () => 1);
    const [{ days } = { days: 0 }] = await sql(
      `select extract(epoch from expires_at - now()) / 86400 as days from run_step where run_id = $1`,
      [id],
    );
    expect(Number(days)).toBeCloseTo(7, 2);
    await sql(`update run_step set expires_at = now() - interval '1 s' where run_id = $1`, [id]);
    expect(await runOf(id).step('old', () => 2)).toBe(2);
    await sql(`update run_step set expires_at = now() - interval '1 s' where run_id = $1`, [id]);
    await retain({ db: server.db, now: Date.now });
    expect(await sql('select 1 from run_step where run_id = $1', [id])).toEqual([]);
  });
});
