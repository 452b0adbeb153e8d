import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { keysRotate } from '#src/cli/keys/keys-rotate.ts';
import { parseId } from '#src/domain/text/id.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { sealCarried } from '#src/engine/listen/sealed-message.ts';
import { countKeys } from '#src/engine/rotate/count-keys.ts';
import { rotateKeys } from '#src/engine/rotate/rotate-keys.ts';
import type { Db } from '#src/store/db/database.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealedColumns } from '#src/store/seal/sealed-columns.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { deliveryCalls, patient } from '#test/faults/delivery/delivery-calls.ts';
import { dumpOf } from '#test/support/dump.ts';
import { beginAndHold } from '#test/support/hold.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { pem } from '#test/support/tls/pem.ts';

let ringback: TestRingback;
let receiver: Receiver;
let calls: ReturnType<typeof deliveryCalls>;
const newer = { id: 'newer', key: randomBytes(32) };
const ring = () => [newer, ...ringback.config.encryptionKeys];
const identity = { certificate: pem('client'), key: pem('client-key') };
const textOf = (keys: readonly { id: string; key: Uint8Array }[]) =>
  keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(',');

beforeAll(async () => {
  [ringback, receiver] = await Promise.all([startRingback(), startReceiver()]);
  calls = deliveryCalls(ringback);
});
afterAll(async () => {
  await endWorkerProcesses();
  await ringback.close();
  await receiver.close();
});

/** Columns of bytes that hold no sealed value: what others sent, and hashes. */
const notSealed = [
  ...['api_key.hash', 'attempt.body', 'call_repetition.digest', 'delivery_payload.body', 'idempotency_key.fingerprint'],
  ...['inbox_message.body', 'invitation.token_hash', 'model_call.digest', 'model_call.key_digest', 'result.body'],
  'run.token_hash',
];

it('every column of bytes is one that a rotation knows, or one that is not sealed', async () => {
  const rows = await ringback.db.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
     where table_schema = 'public' and data_type = 'bytea'`,
  );
  const known = [...sealedColumns.map(({ table, column }) => `${table}.${column}`), ...notSealed];
  expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
});

/** Makes a value in every sealed column. Returns the job that nobody has run yet. */
async function fillAll(): Promise<string> {
  receiver.answer(({ path }) => (path.startsWith('/callback') || path.startsWith('/alerts') ? 503 : 204));
  const callback = {
    url: `${receiver.url}/callback`,
    headers: { authorization: 'Bearer of-callback' },
    retry: { scheduleSeconds: [2, 2, 2, 2, 2, 2, 2, 2, 2, 2] },
  };
  const ended = await calls.submit({ url: `${receiver.url}/first`, callback });
  await calls.inState((await calls.ofJob(ended.id)).id, 'retrying');
  await calls.ask('alerts.set', { slackUrl: `${receiver.url}/alerts` });
  await calls.ask('alerts.test', {});
  await expect.poll(() => receiver.received.some(({ path }) => path === '/alerts'), patient).toBe(true);
  await ringback.stopWorker();
  const { id: endpointId } = await calls.make({
    name: 'crm',
    url: `${receiver.url}/crm`,
    headers: { authorization: 'Bearer of-endpoint' },
  });
  const upstream = { name: 'api', baseUrl: receiver.url, headers: { authorization: 'Bearer of-upstream' } };
  await calls.ask('upstreams.create', upstream);
  await calls.ask('schedules.create', { name: 's', cron: '@yearly', job: { url: `${receiver.url}/scheduled` } });
  await calls.ask('runs.start', { url: `${receiver.url}/run` });
  const message = randomUUID();
  const cipher = makeCipher([...ringback.config.encryptionKeys]);
  await ringback.db.query(
    'insert into listener_message (id, endpoint_id, sealed, answer_sealed) values ($1, $2, $3, $4)',
    [
      message,
      parseId('end', endpointId),
      sealCarried(cipher, 'message', message, { headers: {}, body: Buffer.from('m') }),
      sealCarried(cipher, 'answer', message, { headers: {}, body: Buffer.from('a') }),
    ],
  );
  const bank = { baseUrl: 'https://bank.example.com', tls: { ca: pem('client-ca'), ...identity } };
  await calls.ask('upstreams.create', { name: 'bank', ...bank });
  await calls.make({ name: 'bank', url: bank.baseUrl, tls: bank.tls });
  const { id } = await calls.submit({
    url: `${receiver.url}/second`,
    method: 'POST',
    headers: { authorization: 'Bearer of-job' },
    json: { user: 'masked', plain: 1 },
    redact: { body: ['/user'] },
    callback: { url: `${receiver.url}/second-callback`, headers: { authorization: 'Bearer of-second' } },
  });
  return id;
}

it('everything is sealed anew, and works with the new key alone', async () => {
  const id = await fillAll();
  const before = await countKeys(ringback.db);
  expect(before.map(({ table, column }) => `${table}.${column}`)).toEqual(
    sealedColumns.map(({ table, column }) => `${table}.${column}`),
  );
  const total = before.reduce((sum, { count }) => sum + count, 0);
  expect(await dumpOf(ringback)).toContain('\x01\x04test');

  // Pages of two rows: the order of ids is followed through the whole of each table.
  const done = await rotateKeys(ringback.db, { ring: ring(), now: Date.now, rows: 2 });
  expect(done).toEqual({ renewed: total, late: new Map(), unopened: new Map(), finished: true });
  const after = await countKeys(ringback.db, 2);
  expect(after.map(({ keyId }) => keyId)).toEqual(after.map(() => 'newer'));
  expect(after.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  expect(await dumpOf(ringback)).not.toContain('\x01\x04test');
  expect(await rotateKeys(ringback.db, { ring: ring(), now: Date.now })).toMatchObject({ renewed: 0, finished: true });

  receiver.answer(204);
  await startWorkerProcess(ringback, { RINGBACK_ENCRYPTION_KEYS: textOf([newer]) });
  const second = () => receiver.received.filter(({ path }) => path === '/second');
  await expect.poll(() => second().length, patient).toBe(1);
  expect(second()[0]?.headers.authorization).toBe('Bearer of-job');
  expect(second()[0]?.body.toString()).toBe('{"user":"masked","plain":1}');
  await expect
    .poll(() => receiver.received.find(({ path }) => path === '/second-callback')?.headers.authorization, patient)
    .toBe('Bearer of-second');
  await expect
    .poll(async () => (await calls.list({ state: 'delivered' })).map(({ url }) => url), patient)
    .toContain(`${receiver.url}/callback`);
  const posts = receiver.received.filter(({ path }) => path === '/callback');
  expect(new Set(posts.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer of-callback']));
  await expect.poll(async () => (await calls.ask<{ state: string }>('jobs.get', { id }, true)).state).toBe('completed');
});

/** Makes a secret of a job that is not there, sealed with a key, as a process at this time would. */
async function insertSecret(db: Db, key: { id: string; key: Uint8Array }, atMs: number): Promise<string> {
  const id = uuidV7(atMs, randomBytes(16));
  const sealed = makeCipher([key]).seal(JSON.stringify({ url: null, headers: [] }), sealContext.request(id));
  await db.query('insert into job_secret (job_id, sealed) values ($1, $2)', [id, sealed]);
  onTestFinished(async () => void (await db.query('delete from job_secret where job_id = $1', [id])));
  return id;
}

it('a value that changed after it was read, or that somebody holds, is left to the next pass', async () => {
  const old = ringback.config.encryptionKeys[0] as { id: string; key: Uint8Array };
  const [changed, held] = [await insertSecret(ringback.db, old, 1_000), await insertSecret(ringback.db, old, 2_000)];
  const other = makeCipher([old]).seal('"changed"', sealContext.request(changed));
  const client = await ringback.db.pool.connect();
  await beginAndHold(client);
  await client.query('select 1 from job_secret where job_id = $1 for update', [held]);
  let writes = 0;
  const between: Pick<Db, 'run'> = {
    run: async (name, text, values) => {
      if (name === 'replace_seals_job_secret_sealed') {
        writes += 1;
        if (writes === 1)
          await ringback.db.query('update job_secret set sealed = $2 where job_id = $1', [changed, other]);
        if (writes === 2) await client.query('rollback');
      }
      return ringback.db.run(name, text, values);
    },
  };
  const done = await rotateKeys(between, { ring: ring(), now: Date.now });
  client.release();
  expect(done).toMatchObject({ renewed: 2, late: new Map(), finished: true });
  const [row] = await ringback.db.query<{ sealed: Buffer }>('select sealed from job_secret where job_id = $1', [
    changed,
  ]);
  expect(
    makeCipher([newer])
      .open(row?.sealed ?? Buffer.alloc(0), sealContext.request(changed))
      .toString(),
  ).toBe('"changed"');
});

it('a row that somebody holds for a while is waited for', async () => {
  const old = ringback.config.encryptionKeys[0] as { id: string; key: Uint8Array };
  const held = await insertSecret(ringback.db, old, 2_000);
  const client = await ringback.db.pool.connect();
  await beginAndHold(client);
  await client.query('select 1 from job_secret where job_id = $1 for update', [held]);
  const released = setTimeout(1_500).then(() => client.query('rollback'));
  const done = await rotateKeys(ringback.db, { ring: ring(), now: Date.now });
  await released;
  client.release();
  expect(done).toMatchObject({ renewed: 1, late: new Map(), finished: true });
});

it('what a process writes with the older key meanwhile is sealed anew too, and told', async () => {
  const old = ringback.config.encryptionKeys[0] as { id: string; key: Uint8Array };
  await insertSecret(ringback.db, old, 1_000);
  let inserted = false;
  const between: Pick<Db, 'run'> = {
    run: async (name, text, values) => {
      if (name === 'find_older_seals_delivery_secret_sealed' && !inserted) {
        inserted = true;
        await insertSecret(ringback.db, old, 3_000);
      }
      return ringback.db.run(name, text, values);
    },
  };
  const done = await rotateKeys(between, { ring: ring(), now: Date.now });
  expect(done).toMatchObject({ renewed: 2, late: new Map([['test', 1]]), finished: true });
});

it('the command counts, renews, names keys that are missing, and says when the old key can go', async () => {
  const old = ringback.config.encryptionKeys[0] as { id: string; key: Uint8Array };
  const settings = {
    DATABASE_URL: ringback.databaseUrl,
    RINGBACK_DATA_DIR: ringback.config.dataDir,
    RINGBACK_ENCRYPTION_KEYS: textOf(ring()),
  };
  const run = async (changes: Record<string, string> = {}, check = false) => {
    const lines: string[] = [];
    const code = await keysRotate({ ...settings, ...changes }, { check, say: (line) => lines.push(line) });
    return { code, text: lines.join('\n') };
  };
  await insertSecret(ringback.db, old, 1_000);
  expect(await run({}, true)).toMatchObject({
    code: 1,
    text: expect.stringMatching(
      /"test" \(decrypts\): 1 value\n {2}job_secret.sealed: 1, the newest made 1970-01-01T00:00:01/,
    ),
  });
  const alone = { RINGBACK_ENCRYPTION_KEYS: textOf([newer]) };
  expect(await run(alone)).toMatchObject({
    code: 1,
    text: expect.stringContaining('1 value was left as it is: job_secret: no encryption key "test"'),
  });
  const renewed = await run();
  expect(renewed.code).toBe(0);
  expect(renewed.text).toMatch(
    /1 value was encrypted anew\.\nEverything is encrypted with "newer".*"test" can be taken out/,
  );
  expect((await run(alone, true)).code).toBe(0);
  expect(await run({ DATABASE_URL: 'postgresql://me:s3cret@127.0.0.1:1/none' })).toMatchObject({
    code: 2,
    text: expect.not.stringContaining('s3cret'),
  });
});
