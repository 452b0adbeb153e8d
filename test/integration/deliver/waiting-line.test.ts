import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedEndpoint } from '#src/contract/endpoint/endpoint.ts';
import { lineRank, lineTimes, lineTimesFor, ranksMs } from '#src/domain/endpoint/line-order.ts';
import { parseId } from '#src/domain/text/id.ts';
import { throughGate } from '#src/engine/deliver/gate.ts';
import { makeLines } from '#src/engine/deliver/waiting-line.ts';
import { makeRoom } from '#src/engine/pump/room.ts';
import { makeUnderWay } from '#src/engine/pump/under-way.ts';
import { makeLog } from '#src/log.ts';
import type { Db, Tx } from '#src/store/db/database.ts';
import { makeQueue, type Queue } from '#src/store/db/queue.ts';
import { findGated, holdDeliveries, lockGates } from '#src/store/delivery/gate-rows.ts';
import { findLines, findOccupiedLines, lockFirstInLine } from '#src/store/delivery/line-rows.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { seedBacklog } from '#test/support/backlog.ts';
import { plansOf } from '#test/support/plans.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const count = 50_000;

let ringback: TestRingback;
let db: Db;
let queue: Queue;
const cipher = makeCipher([{ id: 'a', key: randomBytes(32) }]);
let endpointIds: string[];
let ids: string[];

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  db = ringback.db;
  queue = await makeQueue(db, { supervise: false, onError: () => undefined });
  endpointIds = [];
  for (const name of ['a', 'b']) {
    const input = { name, url: 'http://127.0.0.1:59999/', rate: 100, concurrency: 50 };
    const { body } = await ringback.call<CreatedEndpoint>('endpoints.create', input);
    await seedBacklog(ringback, body.result.data.id, count);
    const id = parseId('end', body.result.data.id) ?? '';
    endpointIds.push(id);
    // As the gate leaves them: in line.
    const times = lineTimesFor(id, Date.now(), 6, lineRank.end);
    await db.pool.query(
      `update delivery set next_attempt_at = to_timestamp(($2::float8[])[1 + abs(hashtext(id::text)) % 6] / 1000) where endpoint_id = $1`,
      [id, times],
    );
  }
  await db.pool.query('vacuum analyze delivery');
  const { rows } = await db.pool.query<{ id: string }>('select id from delivery where endpoint_id = $1 limit 128', [
    endpointIds[0],
  ]);
  ids = rows.map(({ id }) => id);
}, 120_000);
afterAll(async () => {
  await queue.stop();
  await ringback.close();
});

const first = () => endpointIds[0] as string;
const times = () => lineTimes(first(), Date.now(), lineRank.end);
const asDb = (tx: Tx) => tx as unknown as Db;

describe('with 50,000 deliveries in each of two lines', () => {
  const statements: [what: string, act: (tx: Tx) => Promise<unknown>][] = [
    ['finding what is gated', (tx) => findGated(tx, ids, [])],
    ['locking the gates', (tx) => lockGates(tx, endpointIds)],
    [
      'giving 128 another time',
      (tx) =>
        holdDeliveries(
          tx,
          ids.map((id) => ({ id, atMs: 0, granted: false })),
          10_000,
        ),
    ],
    ['looking for lines', (tx) => findLines(asDb(tx), false)],
    ['looking for all lines', (tx) => findLines(asDb(tx), true)],
    [
      'looking who waits in them',
      (tx) =>
        findOccupiedLines(
          asDb(tx),
          times().map((atMs) => ({ id: first(), atMs })),
          ranksMs,
        ),
    ],
    ['fetching the first of one', (tx) => lockFirstInLine(tx, first(), times(), 1)],
    ['fetching 2,000 of one', (tx) => lockFirstInLine(tx, first(), times(), 2_000)],
  ];

  it.each(statements)('%s reads no table of deliveries from end to end', async (_what, act) => {
    for (const plan of await plansOf(db, act)) expect(plan).not.toMatch(/Seq Scan on delivery/);
  });

  it('fetching reads about as many rows as it fetches, not those of the other line', async () => {
    type Plan = { 'Actual Rows': number; 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
    let plan: Plan | undefined;
    const run = async (_name: string, text: string, values: unknown[] = []) => {
      const { rows } = await db.pool.query(`explain (analyze, buffers, format json) ${text}`, values);
      plan = rows[0]['QUERY PLAN'][0].Plan as Plan;
      return [];
    };
    await lockFirstInLine({ run } as unknown as Tx, first(), times(), 200);
    expect(plan?.['Actual Rows']).toBe(200);
    // A look into the index and one at the row, to read and to lock it. From end to end it would be thousands more.
    expect((plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0)).toBeLessThan(1_500);
  });

  it('a look of the gate at 128 and a move of the lines take milliseconds', async () => {
    await db.pool.query(`update delivery set next_attempt_at = now() where id = any($1)`, [ids]);
    const took: number[] = [];
    for (let turn = 0; turn < 15; turn++) {
      const client = db.transaction(async (tx) => {
        const from = performance.now();
        await throughGate(tx, { queue, publicUrl: '', cipher }, ids, {
          room: makeRoom(makeUnderWay(512), () => undefined),
          bytes: 2 ** 30,
          noneLarge: true,
        });
        took.push(performance.now() - from);
        throw new Error('undone');
      });
      await expect(client).rejects.toThrow('undone');
    }
    // The best of them: what it takes when nobody else has the machine.
    expect(Math.min(...took)).toBeLessThan(150);

    const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
    const lines = makeLines({ db, queue, log }, makeUnderWay(512), () => undefined);
    const moves: number[] = [];
    for (let turn = 0; turn < 8; turn++) {
      const from = performance.now();
      await lines.move();
      moves.push(performance.now() - from);
    }
    await lines.stop();
    expect(Math.min(...moves)).toBeLessThan(300);
  });
});
