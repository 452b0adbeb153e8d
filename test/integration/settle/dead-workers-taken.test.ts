import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback({ worker: false }), startTarget()]);
});
afterAll(async () => {
  await ringback.close();
  await target.close();
});

/** A job that a dead worker has claimed. */
async function claimedBy(workerId: string): Promise<string> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', { url: `${target.url}/json?of=${workerId}` });
  await ringback.db.query(
    `update job set state = 'in_progress', claim_id = gen_random_uuid(), claimed_by = $1::text::uuid, claimed_at = now(),
       attempt_count = 1, next_attempt_at = null, admitted_at = null where state = 'queued' and url like '%of=' || $1::text`,
    [workerId],
  );
  await ringback.db.query(
    `insert into worker (id, name, slots, dead_at) values ($1, 'dead', 1, now()) on conflict (id) do nothing`,
    [workerId],
  );
  return body.result.data.id;
}

const ended = async (id: string) => (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()) as Job;

it('dead workers that cannot be taken over do not keep another one', async () => {
  const workerOf = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
  const stuck = [...'12345678'].map(workerOf);
  const kept: string[] = [];
  for (const workerId of stuck) kept.push(await claimedBy(workerId));
  // It may be anywhere in the order in which they are found, and is rarely the first.
  const taken = await claimedBy(workerOf('9'));
  await ringback.db.query(`
    create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'refused for the test' using errcode = '57014'; end $$`);
  await ringback.db.query(
    `create trigger refuse before update on job for each row
     when (old.claimed_by in (${stuck.map((id) => `'${id}'`).join(', ')})) execute function refuse()`,
  );
  await ringback.startWorker();
  expect(await ended(taken)).toMatchObject({ state: 'completed' });
  await ringback.db.query('drop trigger refuse on job');
  for (const id of kept) expect(await ended(id)).toMatchObject({ state: 'completed' });
});
