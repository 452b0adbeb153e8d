import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryPage, DeliveryView } from '#src/contract/event/delivery.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { makeProjectRetention, retain } from '#src/engine/retain/retain.ts';
import { retentionDefaults } from '#src/engine/retain/retention-settings.ts';
import { makeLog } from '#src/log.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let deps: ServerDeps;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
  deps = await makeServerDeps(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
});
beforeEach(async () => {
  receiver.answer(204);
  receiver.received.length = 0;
  await ringback.startWorker();
});
afterAll(async () => {
  await deps.queue.stop();
  await deps.db.close();
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function submit(input: object): Promise<{ id: string; uuid: string }> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  const { id } = body.result.data;
  return { id, uuid: parseId('job', id) ?? '' };
}

/** A job that has ended, without a worker any more that would tidy up by itself. */
async function run(input: object): Promise<{ id: string; uuid: string }> {
  const job = await submit(input);
  await ringback.rest('GET', `/v1/jobs/${job.id}?wait=20`);
  return job;
}

const get = async (id: string) => (await (await ringback.rest('GET', `/v1/jobs/${id}`)).json()) as Job;

async function sql(text: string, values: unknown[]): Promise<number> {
  return (await ringback.db.pool.query(text, values)).rowCount ?? 0;
}

/** Which tables still hold something of a job. */
async function traces(uuid: string): Promise<string[]> {
  const { rows } = await ringback.db.pool.query<{ name: string }>(
    `select 'job' as name from job where id = $1
     union all select 'request' from job_request where job_id = $1
     union all select 'body' from job_body where job_id = $1
     union all select 'secret' from job_secret where job_id = $1
     union all select 'result' from result where job_id = $1
     union all select 'attempt' from attempt where owner_id = $1
     union all select 'delivery' from delivery where job_id = $1
     union all select 'try' from attempt a join delivery d on a.owner_id = d.id where d.job_id = $1`,
    [uuid],
  );
  return rows.map(({ name }) => name).sort();
}

/** Makes a job as old as so many days, by all that tells its age. */
async function age(uuid: string, days: number): Promise<string> {
  const old = randomUUID();
  const ms = Date.now() - days * 86_400_000;
  const hex = ms.toString(16).padStart(12, '0');
  const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7${old.slice(15)}`;
  await sql(
    `update job set id = $2, created_at = created_at - make_interval(days => $3),
               ended_at = ended_at - make_interval(days => $3),
               result_expires_at = result_expires_at - make_interval(days => $3) where id = $1`,
    [uuid, id, days],
  );
  for (const table of ['job_request', 'job_body', 'job_secret', 'result', 'delivery'])
    await sql(`update ${table} set job_id = $2 where job_id = $1`, [uuid, id]);
  await sql('update attempt set owner_id = $2 where owner_id = $1', [uuid, id]);
  await sql('update idempotency_key set job_id = $2 where job_id = $1', [uuid, id]);
  return id;
}

const clear = () => makeProjectRetention(deps, retentionDefaults(30))();
const tidy = async () => (await retain(deps)) + (await clear());
const secretHeaders = { authorization: 'Bearer hush' };

describe('a result', () => {
  it('goes when it has expired, its request body with it; the job stays and says so', async () => {
    const { id, uuid } = await run({
      url: `${target.url}/json`,
      method: 'POST',
      json: { a: 1 },
      callback: receiver.url,
    });
    await receiver.waitFor(1);
    await ringback.stopWorker();
    await tidy();
    expect(await traces(uuid)).toEqual(['attempt', 'body', 'delivery', 'job', 'request', 'result', 'try']);
    await sql(`update result set expires_at = now() - interval '1 s' where job_id = $1`, [uuid]);
    await sql(`update job set result_expires_at = now() - interval '1 s' where id = $1`, [uuid]);
    await tidy();
    expect(await traces(uuid)).toEqual(['attempt', 'delivery', 'job', 'request', 'try']);
    expect(await get(id)).toMatchObject({ state: 'completed', result: null, resultExpiredAt: expect.any(String) });
    expect((await ringback.rest('GET', `/v1/jobs/${id}/result`)).status).toBe(410);
  });

  it('stays while an open delivery has no bytes of its own, and that delivery sends them', async () => {
    receiver.answer('hang');
    const { id, uuid } = await run({ url: `${target.url}/json`, callback: `${receiver.url}/kept` });
    const kept = () => receiver.received.filter((one) => one.path === '/kept');
    await receiver.waitFor(() => kept().length === 1);
    await sql(`update result set expires_at = now() - interval '1 s' where job_id = $1`, [uuid]);
    await tidy();
    expect(await traces(uuid)).toContain('result');
    // The drain interrupts the hanging try, and with that its bytes are kept.
    await ringback.stopWorker();
    expect(
      await sql('select 1 from delivery_payload p join delivery d on d.id = p.delivery_id where d.job_id = $1', [uuid]),
    ).toBe(1);
    await tidy();
    expect(await traces(uuid)).not.toContain('result');
    receiver.answer(204);
    await ringback.startWorker();
    await receiver.waitFor(() => kept().length === 2);
    const [first, second] = kept();
    expect(second?.body.toString()).toBe(first?.body.toString());
    expect(JSON.parse(second?.body.toString() ?? '').data).toMatchObject({ id, result: { status: 200 } });
    await expect.poll(async () => sql('select 1 from delivery_payload', [])).toBe(0);
  });
});

describe('secrets and bodies', () => {
  it('of a completed job go at once; of a failed one after a day', async () => {
    const common = { method: 'POST', json: { a: 1 }, headers: secretHeaders };
    const completed = await run({ url: `${target.url}/json`, ...common });
    const failed = await run({ url: `${target.url}/status/404`, resultTtlSeconds: 0, ...common });
    await ringback.stopWorker();
    expect(await traces(completed.uuid)).not.toContain('secret');
    expect(await traces(failed.uuid)).toEqual(expect.arrayContaining(['secret', 'body']));
    const { rows } = await ringback.db.pool.query(
      `select extract(epoch from s.erase_at - j.ended_at)::int as secret, extract(epoch from b.erase_at - j.ended_at)::int as body
       from job j join job_secret s on s.job_id = j.id join job_body b on b.job_id = j.id where j.id = $1`,
      [failed.uuid],
    );
    expect(rows).toEqual([{ secret: 86_400, body: 86_400 }]);
    await tidy();
    expect(await traces(failed.uuid)).toContain('secret');
    for (const table of ['job_secret', 'job_body'])
      await sql(`update ${table} set erase_at = erase_at - interval '25 hours' where job_id = $1`, [failed.uuid]);
    await tidy();
    expect(await traces(failed.uuid)).toEqual(['attempt', 'job', 'request']);
  });

  it('are kept as long as keepSecretsSeconds says', async () => {
    const kept = await run({ url: `${target.url}/json`, headers: secretHeaders, keepSecretsSeconds: 600 });
    const { rows } = await ringback.db.pool.query(
      `select extract(epoch from s.erase_at - j.ended_at)::int as seconds from job j join job_secret s on s.job_id = j.id where j.id = $1`,
      [kept.uuid],
    );
    expect(rows).toEqual([{ seconds: 600 }]);
    const gone = await run({ url: `${target.url}/status/404`, headers: secretHeaders, keepSecretsSeconds: 0 });
    expect(await traces(gone.uuid)).not.toContain('secret');
  });

  it('of a job that waits are never touched', async () => {
    const { uuid } = await submit({
      url: `${target.url}/json`,
      method: 'POST',
      json: 1,
      headers: secretHeaders,
      delaySeconds: 3_600,
    });
    await tidy();
    expect(await traces(uuid)).toEqual(['body', 'job', 'request', 'secret']);
  });
});

describe('a deleted endpoint', () => {
  const made = async (input: object = {}) => {
    const name = `gone-${randomUUID()}`;
    const { body } = await ringback.call<Endpoint>('endpoints.create', { name, url: receiver.url, ...input });
    const { id } = body.result.data;
    return { id, name, uuid: parseId('end', id) ?? '' };
  };
  const discard = async (id: string, hoursAgo: number) => {
    await ringback.call('endpoints.delete', { id });
    await sql('update endpoint set deleted_at = now() - make_interval(hours => $2) where id = $1', [
      parseId('end', id),
      hoursAgo,
    ]);
  };
  const isThere = async (uuid: string) => (await sql('select 1 from endpoint where id = $1', [uuid])) === 1;

  it('stays while a delivery speaks of it, which shows as it was, and goes with the last one', async () => {
    const endpoint = await made();
    const { id, uuid } = await run({ url: `${target.url}/json`, callback: { endpoint: endpoint.name } });
    const deliveries = async () => {
      const { body } = await ringback.call<DeliveryPage>('deliveries.list', { jobId: id }, { query: true });
      return body.result.data.deliveries;
    };
    await expect.poll(async () => (await deliveries())[0]?.state).toBe('delivered');
    await ringback.stopWorker();
    const before = await deliveries();
    await discard(endpoint.id, 2);
    await tidy();
    expect(await isThere(endpoint.uuid)).toBe(true);
    // Its name is not said any more: it is free for another endpoint.
    expect(await deliveries()).toEqual(before.map((delivery) => ({ ...delivery, endpointName: null })));
    expect(before).toMatchObject([{ endpointId: endpoint.id, url: `${receiver.url}/` }]);
    await age(uuid, 31);
    await tidy();
    // The round that took the last delivery has looked at endpoints before it.
    await tidy();
    expect(await isThere(endpoint.uuid)).toBe(false);
  });

  it('goes an hour after its end when nothing was ever sent to it, and one that was not deleted never', async () => {
    const [old, fresh, alive] = [await made(), await made(), await made()];
    await discard(old.id, 2);
    await discard(fresh.id, 0);
    await sql(`update endpoint set created_at = now() - interval '9 years' where id = $1`, [alive.uuid]);
    // A worker that deletes it at the same moment makes this one leave it alone.
    const goes = async () => {
      await tidy();
      return isThere(old.uuid);
    };
    await expect.poll(goes).toBe(false);
    expect([await isThere(fresh.uuid), await isThere(alive.uuid)]).toEqual([true, true]);
  });

  it('goes when a listener made it, and not while that listens', async () => {
    const listener = await made();
    await discard(listener.id, 2);
    await sql('insert into listener (endpoint_id, project_id) select id, project_id from endpoint where id = $1', [
      listener.uuid,
    ]);
    await tidy();
    expect(await isThere(listener.uuid)).toBe(true);
    await sql('delete from listener where endpoint_id = $1', [listener.uuid]);
    await tidy();
    expect(await isThere(listener.uuid)).toBe(false);
  });

  it('gets nothing more, also when its row is gone too soon', async () => {
    const endpoint = await made();
    await ringback.stopWorker();
    const { body } = await ringback.call<{ id: string }>('endpoints.test', { id: endpoint.id });
    await sql('delete from endpoint where id = $1', [endpoint.uuid]);
    await ringback.startWorker();
    const stateOf = async () => {
      const { id } = body.result.data;
      return (await ringback.call<DeliveryView>('deliveries.get', { id }, { query: true })).body.result.data.state;
    };
    await expect.poll(stateOf).toBe('cancelled');
    expect(receiver.received).toEqual([]);
  });
});

describe('an idempotency key', () => {
  const lapse = (key: string) =>
    sql(`update idempotency_key set expires_at = now() - interval '1 s' where key = $1`, [key]);
  const isKept = (key: string) => sql('select 1 from idempotency_key where key = $1', [key]);

  it('lives while its job has not ended, however old it is', async () => {
    const idempotencyKey = randomUUID();
    const input = { url: `${target.url}/json`, idempotencyKey, delaySeconds: 3_600 };
    const { id } = await submit(input);
    await lapse(idempotencyKey);
    await tidy();
    expect(await isKept(idempotencyKey)).toBe(1);
    expect((await submit(input)).id).toBe(id);
  });

  it('lives as long as the result, then goes and may be used anew', async () => {
    const idempotencyKey = randomUUID();
    const input = { url: `${target.url}/json`, idempotencyKey };
    const { id, uuid } = await run(input);
    await lapse(idempotencyKey);
    await tidy();
    expect(await isKept(idempotencyKey)).toBe(1);
    expect((await submit(input)).id).toBe(id);
    await sql(`update job set result_expires_at = now() - interval '1 s' where id = $1`, [uuid]);
    await tidy();
    expect(await isKept(idempotencyKey)).toBe(0);
    expect((await submit(input)).id).not.toBe(id);
  });
});

describe('a job past its retention', () => {
  it('goes with all its rows, one that is younger stays', async () => {
    const input = {
      url: `${target.url}/json`,
      method: 'POST',
      json: 1,
      headers: secretHeaders,
      keepSecretsSeconds: 2_592_000,
    };
    const [old, young] = [
      await run({ ...input, callback: receiver.url }),
      await run({ ...input, callback: receiver.url }),
    ];
    await receiver.waitFor(2);
    await expect.poll(async () => (await traces(young.uuid)).includes('try')).toBe(true);
    await expect.poll(async () => (await traces(old.uuid)).includes('try')).toBe(true);
    await ringback.stopWorker();
    const aged = await age(old.uuid, 31);
    const kept = await age(young.uuid, 29);
    await ringback.db.pool.query(
      `insert into operation_item (operation_id, item_id)
       select $1::uuid, id from unnest($2::uuid[]) as j(id) union all select $1::uuid, id from delivery where job_id = any($2::uuid[])`,
      [randomUUID(), [aged, kept]],
    );
    const before = await traces(kept);
    expect(await traces(aged)).toEqual(before);
    await tidy();
    expect(await traces(aged)).toEqual([]);
    expect(await traces(kept)).toEqual(before);
    expect(await sql('select 1 from operation_item', [])).toBe(2);
    expect(
      await sql(
        'select 1 from attempt where owner_id not in (select id from job union all select id from delivery)',
        [],
      ),
    ).toBe(0);
  });

  it('stays when it has not ended, however old', async () => {
    await ringback.stopWorker();
    const states = ['scheduled', 'queued', 'retrying', 'in_progress'];
    const ids: string[] = [];
    for (const state of states) {
      const { uuid } = await submit({ url: `${target.url}/json`, delaySeconds: 3_600 });
      await sql('update job set state = $2 where id = $1', [uuid, state]);
      ids.push(await age(uuid, 400));
    }
    await tidy();
    for (const id of ids) expect(await traces(id)).toEqual(['job', 'request']);
    await sql(`delete from job where id = any($1::uuid[])`, [ids]);
  });
});
