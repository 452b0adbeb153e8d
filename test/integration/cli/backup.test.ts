import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { findRunning, shutDown } from '#src/cli/postgres/postgres-process.ts';
import { makeLog } from '#src/log.ts';
import { makeDb } from '#src/store/db/database.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { readMigrations } from '#src/store/migrate/migration-files.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startUp, type UpProcess } from '#test/support/up.ts';

const patient = { timeout: 40_000, interval: 50 };
const silent = makeLog({ logLevel: 'silent', logFormat: 'json' });

let folder: string;
let receiver: Receiver;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-backup-'));
  await chmod(folder, 0o755);
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

type Ran = { code: number; text: string };

/** Runs a command of `ringback` on a data folder. */
async function ringback(dataDir: string, args: string[], settings: Record<string, string> = {}): Promise<Ran> {
  const { DATABASE_URL: _ours, ...inherited } = process.env;
  const env = { ...inherited, RINGBACK_DATA_DIR: dataDir, RINGBACK_LOG_LEVEL: 'warn', ...settings };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['src/cli/main.ts', ...args], { env });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

function callsOf(up: UpProcess) {
  const headers = { authorization: `Bearer ${up.credentials.apiKey}`, 'content-type': 'application/json' };
  return {
    submit: async (input: object) => {
      const body = JSON.stringify(input);
      const response = await fetch(`${up.url}/v1/jobs`, { method: 'POST', headers, body });
      expect(response.status).toBe(202);
      return ((await response.json()) as { id: string }).id;
    },
    get: async (id: string) => {
      const response = await fetch(`${up.url}/v1/jobs/${id}`, { headers });
      return { status: response.status, body: (await response.json()) as { state: string } };
    },
    /** Returns the id of the one delivery of a job, once it waits for its next attempt. */
    waiting: async (id: string) => {
      const list = async () => {
        const response = await fetch(`${up.url}/v1/deliveries?jobId=${id}`, { headers });
        return ((await response.json()) as { deliveries: { id: string; state: string }[] }).deliveries;
      };
      await expect.poll(async () => (await list()).map(({ state }) => state), patient).toEqual(['retrying']);
      return (await list())[0]?.id ?? '';
    },
    tryNow: async (path: string) => {
      const response = await fetch(`${up.url}/v1/${path}/try-now`, { method: 'POST', headers });
      expect(response.status).toBe(202);
    },
  };
}

const at = (path: string) => receiver.received.filter((one) => one.path === path);
const told = (path: string) =>
  at(path).map(({ headers, body }) => [JSON.parse(body.toString()).type, headers['webhook-id']] as const);
const ids = (path: string) => at(path).map(({ headers }) => headers['webhook-id']);

it('after a disaster, a restore goes on from the backup: what was sent since is sent again with the same ids', async () => {
  const dataDir = join(folder, 'disaster');
  const file = join(folder, 'disaster.backup');
  let accepts = false;
  receiver.answer(({ path }) => (path === '/later' || (path === '/waiting' && !accepts) ? 503 : 204));
  const first = await startUp({ RINGBACK_DATA_DIR: dataDir });
  let calls = callsOf(first);
  const ended = await calls.submit({
    url: `${receiver.url}/ended`,
    callback: {
      ...{ url: `${receiver.url}/waiting`, headers: { authorization: 'Bearer of-callback' } },
      retry: { scheduleSeconds: [3_600] },
    },
  });
  const waits = await calls.submit({
    url: `${receiver.url}/later`,
    headers: { authorization: 'Bearer of-job' },
    delaySeconds: 3_600,
    retry: { preset: 'none' },
    callback: {
      url: `${receiver.url}/later-callback`,
      events: ['job.started', 'job.attempt_failed', 'job.completed', 'job.failed'],
    },
  });
  const delivery = await calls.waiting(ended);
  expect(await ringback(dataDir, ['backup', file])).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^Written: .*disaster.backup\n[\d,]+ rows of \d+ tables .*keys are not in it/s),
  });

  // Work goes on: a callback is delivered, and jobs are made that the backup does not know.
  accepts = true;
  await calls.tryNow(`deliveries/${delivery}`);
  await calls.tryNow(`jobs/${waits}`);
  await expect.poll(() => at('/waiting').length, patient).toBe(2);
  const afterwards = await calls.submit({ url: `${receiver.url}/afterwards` });
  await expect.poll(() => at('/later-callback').length, patient).toBe(3);
  const toldFirst = new Map(told('/later-callback'));
  await expect.poll(async () => (await calls.get(afterwards)).body.state, patient).toBe('completed');

  // The disaster: everything dies, and the database is lost. Only secrets.json was kept in another place.
  process.kill(first.pid, 'SIGKILL');
  const server = await findRunning(join(dataDir, 'postgres', 'data'));
  if (server) await shutDown(server.pid);
  await rm(join(dataDir, 'postgres'), { recursive: true });

  expect(await ringback(dataDir, ['restore', file])).toMatchObject({
    code: 0,
    text: expect.stringMatching(/^Restored: /),
  });
  const second = await startUp({ RINGBACK_DATA_DIR: dataDir });
  onTestFinished(async () => {
    await second.stop();
    await first.stop();
  });
  calls = callsOf(second);
  // What the backup knew as open goes on: the callback is sent once more, and the job runs once more.
  await calls.tryNow(`deliveries/${delivery}`);
  await calls.tryNow(`jobs/${waits}`);
  await expect.poll(() => at('/waiting').length, patient).toBe(3);
  await expect.poll(() => at('/later-callback').length, patient).toBe(6);
  expect(new Set(ids('/waiting')).size).toBe(1);
  // Each event of the job that ran once more has the id that it had before.
  expect([...toldFirst.keys()].sort()).toEqual(['job.attempt_failed', 'job.failed', 'job.started']);
  expect(new Set(toldFirst.values()).size).toBe(3);
  expect(new Map(told('/later-callback').slice(3))).toEqual(toldFirst);
  expect(at('/waiting').at(-1)?.headers.authorization).toBe('Bearer of-callback');
  expect(at('/later')).toHaveLength(2);
  expect(at('/later').at(-1)?.headers.authorization).toBe('Bearer of-job');
  expect(at('/ended')).toHaveLength(1);
  expect(at('/afterwards')).toHaveLength(1);
  expect((await calls.get(afterwards)).status).toBe(404);
  expect((await calls.get(ended)).body.state).toBe('completed');
  await expect.poll(async () => (await calls.get(waits)).body.state, patient).toBe('failed');
}, 180_000);

/** Makes a database with a row of every awkward kind. Returns the checksum of all tables. */
async function makeAwkward(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, 0o755);
  const postgres = await startPostgres({ dataDir, port: 0, log: silent, durable: false });
  try {
    await migrate(postgres.url);
    const db = makeDb(postgres.url, { max: 1, name: 'test' });
    const text = 'a\tb\nc\\.\n\\.\n\\N "ü" \r\u0007';
    await db.query(`insert into project (id, name) values (gen_random_uuid(), $1), (gen_random_uuid(), '\\.')`, [text]);
    await db.query(`insert into job_body (job_id, bytes) select gen_random_uuid(), $1 from generate_series(1, 40)`, [
      Buffer.alloc(200_000, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))),
    ]);
    await db.query(`insert into job_event (job_id, seq, attempt, name, data)
      select gen_random_uuid(), n, 1, null, repeat(E'\\\\.\\n', n % 50) from generate_series(1, 20000) n`);
    await db.query(
      `insert into stat_delta (project_id, counts) select gen_random_uuid(), '{}' from generate_series(1, 7)`,
    );
    await db.query(`insert into worker (id, name, slots) values (gen_random_uuid(), 'gone', 1)`);
    await db.close();
    return await checksumOf(postgres.url);
  } finally {
    await postgres.stop();
  }
}

async function checksumOf(url: string): Promise<string> {
  const db = makeDb(url, { max: 1, name: 'test' });
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'
     and table_name not in ('_prisma_migrations', 'worker') order by 1`,
  );
  const sums: string[] = [];
  for (const { name } of tables) {
    const [row] = await db.query<{ sum: string }>(
      `select count(*) || md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) as sum from "${name}" t`,
    );
    sums.push(`${name} ${row?.sum}`);
  }
  const [next] = await db.query<{ id: string }>(`select last_value::text as id from stat_delta_id_seq`);
  await db.close();
  return [...sums, `sequence ${next?.id}`].join('\n');
}

async function checksumIn(dataDir: string): Promise<string> {
  const postgres = await startPostgres({ dataDir, port: 0, log: silent, durable: false });
  try {
    return await checksumOf(postgres.url);
  } finally {
    await postgres.stop();
  }
}

// A busy machine takes its time to start PostgreSQL and commands several times.
describe('a restore', { timeout: 180_000 }, () => {
  let made: string;
  let source: string;
  let file: string;

  beforeAll(async () => {
    source = join(folder, 'source');
    file = join(folder, 'awkward.backup');
    made = await makeAwkward(source);
    expect(await ringback(source, ['backup', file])).toMatchObject({ code: 0 });
  }, 180_000);

  it('brings back every row, every byte and every sequence', async () => {
    const target = join(folder, 'target');
    await mkdir(target);
    await chmod(target, 0o755);
    expect(await ringback(target, ['restore', file])).toMatchObject({ code: 0 });
    expect(await checksumIn(target)).toBe(made);
    expect((await readdir(join(target, 'postgres'))).sort()).toEqual(['data', 'postgres.log']);
  });

  it('of an older version gets the migrations that came since', async () => {
    const older = join(folder, 'older');
    await mkdir(older);
    await chmod(older, 0o755);
    const names = (await readMigrations()).migrationDirectories.map(({ path }) => path);
    const postgres = await startPostgres({ dataDir: older, port: 0, log: silent, durable: false });
    await migrate(postgres.url, undefined, names.slice(0, -1));
    await postgres.stop();
    const backup = join(folder, 'older.backup');
    expect(await ringback(older, ['backup', backup])).toMatchObject({ code: 0 });
    const target = join(folder, 'newer');
    await mkdir(target);
    await chmod(target, 0o755);
    expect(await ringback(target, ['migrate', '--check'])).toMatchObject({ code: 2 });
    expect(await ringback(older, ['migrate', '--check'])).toMatchObject({
      code: 1,
      text: expect.stringContaining(`Would be applied: ${names.at(-1)}\n`),
    });
    expect(await ringback(target, ['restore', backup])).toMatchObject({ code: 0 });
    expect(await ringback(target, ['migrate', '--check'])).toMatchObject({ code: 0 });
  });

  it('does not take the place of a database unless it is told to, and then keeps it', async () => {
    const target = join(folder, 'kept');
    const before = await makeAwkward(target);
    expect(await ringback(target, ['restore', file])).toMatchObject({
      code: 1,
      text: expect.stringContaining('--force'),
    });
    expect(await checksumIn(target)).toBe(before);
    expect(await ringback(target, ['restore', file, '--force'])).toMatchObject({ code: 0 });
    expect(await checksumIn(target)).toBe(made);
    const [old = ''] = (await readdir(join(target, 'postgres'))).filter((name) => name.startsWith('data.before-'));
    await rm(join(target, 'postgres', 'data'), { recursive: true });
    await rename(join(target, 'postgres', old), join(target, 'postgres', 'data'));
    expect(await checksumIn(target)).toBe(before);
  });

  it('is refused while Ringback runs', async () => {
    const postgres = await startPostgres({ dataDir: source, port: 0, log: silent, durable: false });
    onTestFinished(() => postgres.stop());
    expect(await ringback(source, ['restore', file, '--force'])).toMatchObject({
      code: 1,
      text: expect.stringMatching(/^Ringback is running here: stop it first/),
    });
  });

  const plain = async () => gunzipSync(await readFile(file));
  const changed = async (from: string, to: string) => {
    const text = (await plain()).toString('latin1');
    expect(text).toContain(from);
    return gzipSync(Buffer.from(text.replace(from, to), 'latin1'));
  };

  it.each([
    ['is cut', async () => (await readFile(file)).subarray(0, -1000), /is damaged: unexpected end of file/],
    ['is cut and packed again', async () => gzipSync((await plain()).subarray(0, -1000)), /damaged: it ends too early/],
    ['has a changed row', () => changed('a\\tb\\nc', 'a\\tb\\nd'), /damaged: its checksum differs/],
    ['has a changed head', () => changed('"postgres":"', '"postgres":"1'), /damaged: its checksum differs/],
    ['is no backup', async () => Buffer.from('PGDMP'), /damaged: incorrect header check/],
    ['is something else that is packed', async () => gzipSync('hello\n'), /is no backup of Ringback/],
    ['is newer', () => changed('"0001_init"', '"9999_later","0001_init"'), /newer than this program: .* 9999_later\./],
    ['has another form', () => changed('"version":1', '"version":2'), /has the form 2 of backups/],
  ])('of a file that %s touches nothing', async (_name, content, message) => {
    const target = await mkdtemp(join(folder, 'empty-'));
    const bad = join(target, 'bad.backup');
    await writeFile(bad, await content());
    expect(await ringback(target, ['restore', bad])).toMatchObject({ code: 1, text: expect.stringMatching(message) });
    expect(await readdir(target)).toEqual(['bad.backup']);
  });

  it('that is killed leaves the database as it was, and the next start clears up', async () => {
    const target = join(folder, 'killed');
    const before = await makeAwkward(target);
    const env = { ...process.env, DATABASE_URL: '', RINGBACK_DATA_DIR: target };
    const child = spawn(process.execPath, ['src/cli/main.ts', 'restore', file, '--force'], { env, stdio: 'ignore' });
    const unfinished = join(target, 'postgres', `restoring-${child.pid}`);
    // The server of a restore of few rows runs for a moment only.
    const often = { timeout: 40_000, interval: 10 };
    await vi.waitFor(async () => expect(await findRunning(join(unfinished, 'data'))).toBeDefined(), often);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(await checksumIn(target)).toBe(before);
    expect((await readdir(join(target, 'postgres'))).sort()).toEqual(['data', 'postgres.log']);
  });

  it('that ends between the two renames is finished by the next start', async () => {
    const target = join(folder, 'half');
    await mkdir(target);
    await chmod(target, 0o755);
    expect(await ringback(target, ['restore', file])).toMatchObject({ code: 0 });
    // The old folder is away, and the new one is not yet in its place.
    await rename(join(target, 'postgres', 'data'), join(target, 'postgres', 'restored'));
    expect(await checksumIn(target)).toBe(made);
    expect((await readdir(join(target, 'postgres'))).sort()).toEqual(['data', 'postgres.log']);
  });
});

describe('a backup', () => {
  it('is not made of a database of the operator’s own, nor in the place of a file that is there', async () => {
    const own = { DATABASE_URL: 'postgresql://me:s3cret@127.0.0.1:1/none' };
    const refused = await ringback(folder, ['backup', join(folder, 'x.backup')], own);
    expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('pg_dump') });
    expect(refused.text).not.toContain('s3cret');
    const there = join(folder, 'there.backup');
    await writeFile(there, 'kept');
    expect(await ringback(folder, ['backup', there])).toMatchObject({
      code: 1,
      text: expect.stringContaining('exists already'),
    });
    expect(await readFile(there, 'utf8')).toBe('kept');
  });
});
