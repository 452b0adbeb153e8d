import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { examine } from '#src/cli/doctor/doctor.ts';
import type { Finding } from '#src/cli/doctor/finding.ts';
import { checkMigrations } from '#src/cli/migrate/migrate-check.ts';
import { migrateDatabase } from '#src/cli/migrate/migrate-database.ts';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { findRunning, isAlive } from '#src/cli/postgres/postgres-process.ts';
import { requireDatabase } from '#src/cli/run/require-database.ts';
import { StartError } from '#src/cli/start-error.ts';
import { makeLog } from '#src/log.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { readMigrations } from '#src/store/migrate/migration-files.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { registerWorker } from '#src/store/worker/workers.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { startPooler } from '#test/support/pooler.ts';

const key = Buffer.alloc(32, 7);
const projectId = '00000000-0000-7000-8000-000000000001';
const workerId = '00000000-0000-7000-8000-0000000000aa';

let database: TestDatabase;
let db: Db;
let folder: string;

beforeEach(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'ringback-doctor-'));
  await db.query(`insert into project (id, name) values ($1, 'p')`, [projectId]);
  await registerWorker(db, { id: workerId, name: 'worker-one', slots: 4, version: '0.1.0' });
  await sealSecret('2026a');
});

afterEach(async () => {
  await db.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function sealSecret(keyId: string): Promise<void> {
  const id = crypto.randomUUID();
  const sealed = makeCipher([{ id: keyId, key }]).seal('whsec_x', sealContext.webhookSecret(id));
  await db.query('insert into webhook_secret (id, project_id, sealed) values ($1, $2, $3)', [id, projectId, sealed]);
}

const settings = (changes: Record<string, string> = {}) => ({
  DATABASE_URL: database.url,
  RINGBACK_URL: 'https://ringback.example.com',
  RINGBACK_ENCRYPTION_KEYS: `2026a:${key.toString('base64')}`,
  RINGBACK_AUTH_SECRET: 'a'.repeat(40),
  RINGBACK_DATA_DIR: folder,
  ...changes,
});

/** Returns the problems by their checks. */
async function problems(changes: Record<string, string> = {}, thresholds = {}): Promise<Record<string, string>> {
  const findings = await examine(settings(changes), { host: [], thresholds });
  const said = JSON.stringify(findings);
  for (const secret of [new URL(database.url).password, key.toString('base64'), 'a'.repeat(40)]) {
    expect(said).not.toContain(secret);
  }
  return Object.fromEntries(
    findings.filter(({ state }) => state === 'problem').map(({ check, message }) => [check, message]),
  );
}

/** Whether a round trip is quick and connections are free depends on what else the machine and the server do. */
const depending = ['database', 'connections'];
const notOk = (findings: Finding[]) =>
  findings.filter(({ check, state }) => !(state === 'ok' || (state === 'warning' && depending.includes(check))));

describe('ringback doctor', () => {
  it('finds nothing wrong with an installation that works, and makes no files', async () => {
    const findings = await examine(settings(), { host: [] });
    expect(notOk(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      ...['settings', 'url', 'egress', 'pooler', 'database', 'version', 'role', 'migrations', 'clock', 'connections'],
      ...['vacuum', 'sessions', 'keys', 'certificates', 'workers', 'versions', 'backlog', 'dns localhost'],
    ]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    [{}, 'gives each transaction another connection', 'in session mode'],
    [{ refuses: 'statement_timeout' }, 'refuses connections that say statement_timeout', 'ignore_startup_parameters'],
  ])('names a pooler that cannot serve, and so does every start behind one: %j', async (kind, says, cure) => {
    const pooler = await startPooler(database.url, kind);
    onTestFinished(pooler.close);
    const findings = await examine(settings({ DATABASE_URL: pooler.url }), { host: [] });
    const wrong = notOk(findings);
    expect(wrong).toMatchObject([{ check: 'pooler', state: 'problem' }]);
    expect(wrong[0]?.message).toContain(says);
    expect(wrong[0]?.cure).toContain(cure);
    for (const start of [requireDatabase, migrateDatabase]) {
      const refusal = await start(pooler.url).catch((error: Error) => error);
      expect(refusal).toBeInstanceOf(StartError);
      expect(String(refusal)).toContain(says);
      expect(String(refusal)).toContain(cure);
    }
  });

  it('names a migration that is not applied, and one that is unknown', async () => {
    const last = (await readMigrations()).migrationDirectories.at(-1)?.path ?? '';
    await db.query('update "_prisma_migrations" set rolled_back_at = now() where migration_name = $1', [last]);
    expect(await problems()).toEqual({ migrations: `not applied: ${last}` });
    await db.query(
      `update "_prisma_migrations" set rolled_back_at = null, migration_name = '9999_later'
                    where migration_name = $1`,
      [last],
    );
    expect((await problems()).migrations).toMatch(/newer than this program.*9999_later/);
  });

  it('names a key that stored values need', async () => {
    await sealSecret('2025-lost');
    expect((await problems()).keys).toContain('"2025-lost" (webhook_secret)');
    const lost = `2025-lost:${Buffer.alloc(32, 9).toString('base64')}`;
    expect(await problems({ RINGBACK_ENCRYPTION_KEYS: `${settings().RINGBACK_ENCRYPTION_KEYS},${lost}` })).toEqual({});
  });

  it('finds a key among the secrets and the sealed bodies of jobs, and takes no plain body for one', async () => {
    const sealed = (keyId: string) => makeCipher([{ id: keyId, key }]).seal('x', 'c');
    const jobs = [crypto.randomUUID(), crypto.randomUUID()];
    for (const id of jobs) {
      await db.query(
        `insert into job (id, project_id, state, method, url, host, max_attempts) values ($1, $2, 'completed', 'GET', 'https://a.example/', 'a.example', 1)`,
        [id, projectId],
      );
    }
    await db.query('insert into job_secret (job_id, sealed) values ($1, $2)', [jobs[0], sealed('k-secret')]);
    await db.query('insert into job_body (job_id, bytes, sealed) values ($1, $2, true)', [jobs[0], sealed('k-body')]);
    await db.query('insert into job_body (job_id, bytes, sealed) values ($1, $2, false)', [jobs[1], sealed('plain')]);
    const { keys = '' } = await problems();
    expect(keys).toContain('"k-body" (job_body); "k-secret" (job_secret)');
    expect(keys).not.toContain('plain');
  });

  it('tells of a transaction that somebody has left open', async () => {
    const idle = new pg.Client({ connectionString: database.url, application_name: 'left open' });
    idle.on('error', () => undefined);
    await idle.connect();
    onTestFinished(() => idle.end());
    await idle.query('begin');
    expect(await problems()).toEqual({});
    expect((await problems({}, { openTransactionSeconds: 0 })).sessions).toMatch(/left open \(idle in transaction/);
  });

  it('tells that no worker is alive', async () => {
    await db.query(`update worker set heartbeat_at = now() - interval '1 minute'`);
    expect(await problems()).toEqual({ workers: 'no worker is alive' });
  });

  it('tells of a table that the role may not use', async () => {
    const name = `doctor_${crypto.randomUUID().replaceAll('-', '')}`;
    await db.query(`create role ${name} login password 'role-password'`);
    onTestFinished(async () => {
      const after = makeDb(process.env.TEST_POSTGRES_URL ?? '', { max: 1, name: 'test' });
      await after.query(`drop role ${name}`);
      await after.close();
    });
    const url = new URL(database.url);
    [url.username, url.password] = [name, 'role-password'];
    const found = await problems({ DATABASE_URL: url.href });
    expect(found.role).toContain(`${name} may not read and write`);
    expect(found.keys).toMatch(/could not be read: permission denied/);
    expect(JSON.stringify(found)).not.toContain('role-password');
  });

  it('tells that the database is away, and goes on with the rest', async () => {
    const url = new URL(database.url);
    url.port = '1';
    const found = await problems({ DATABASE_URL: url.href });
    expect(found.database).toMatch(/127\.0\.0\.1:1\/\S+ cannot be reached: .*ECONNREFUSED/);
    expect(Object.keys(found)).toEqual(['database']);
  });

  it('tells of settings that cannot be read, and of a data folder without a database', async () => {
    expect((await problems({ RINGBACK_WORKER_SLOT: '1' })).settings).toContain('did you mean RINGBACK_WORKER_SLOTS');
    expect((await problems({ RINGBACK_AUTH_SECRET: '' })).settings).toContain('RINGBACK_AUTH_SECRET is missing');
    expect((await problems({ DATABASE_URL: '' })).database).toContain('There is no database in');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('with the embedded PostgreSQL', () => {
  it('the doctor uses one that runs beside its supervisor, and starts and stops one that does not', async () => {
    await chmod(folder, 0o755);
    const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
    const postgres = await startPostgres({ dataDir: folder, port: 0, log, durable: false });
    try {
      await migrate(postgres.url);
      const beside = await problems({ DATABASE_URL: '' });
      expect(beside).toEqual({ workers: 'no worker is alive' });
      expect(isAlive(postgres.pid())).toBe(true);
    } finally {
      await postgres.stop();
    }
    const findings = await examine(settings({ DATABASE_URL: '' }), { host: [] });
    expect(findings.map(({ check }) => check)).toContain('disk');
    expect(findings).toContainEqual(expect.objectContaining({ check: 'migrations', state: 'ok' }));
    expect(await checkMigrations(settings({ DATABASE_URL: '' }))).toMatchObject({ exitCode: 0 });
    expect(await findRunning(join(folder, 'postgres', 'data'))).toBeUndefined();
  });
});

describe('ringback migrate --check', () => {
  it('says what would be applied, and applies nothing', async () => {
    expect(await checkMigrations(settings())).toEqual({ text: 'The database is up to date.', exitCode: 0 });
    await db.query('drop schema public cascade; drop schema pgboss cascade; create schema public');
    const names = (await readMigrations()).migrationDirectories.map(({ path }) => path);
    const said = await checkMigrations(settings());
    expect(said).toMatchObject({ exitCode: 1, text: expect.stringContaining(names.join(', ')) });
    expect(said.text).toMatch(/queue \d+$/);
    expect(await db.query(`select to_regclass('job') as job`)).toEqual([{ job: null }]);
  });

  it('says whether processes of the version before may go on meanwhile', async () => {
    await db.query(`delete from "_prisma_migrations" where migration_name = '0034_pauses'`);
    expect(await checkMigrations(settings())).toEqual({
      text:
        'Would be applied: 0034_pauses\n0034_pauses builds indexes. Writes to these tables wait meanwhile: line\n' +
        'All of it only adds: processes of the version before go on.',
      exitCode: 1,
    });
    await db.query('update pgboss.version set version = 1');
    expect(await checkMigrations(settings())).toMatchObject({
      exitCode: 3,
      text: expect.stringMatching(
        /queue \d+: stop older processes first: the tables of the queue change from version 1$/,
      ),
    });
  });

  it('says that the queue of the database is newer', async () => {
    await db.query('update pgboss.version set version = 9999');
    expect(await checkMigrations(settings())).toMatchObject({
      exitCode: 2,
      text: expect.stringMatching(/newer.*queue 9999/),
    });
  });

  it('tells a database that is away, and wrong settings, from one that waits', async () => {
    const url = new URL(database.url);
    url.port = '1';
    const away = await checkMigrations(settings({ DATABASE_URL: url.href }));
    expect(away).toMatchObject({ exitCode: 2, text: expect.stringContaining('ECONNREFUSED') });
    expect(away.text).not.toContain(url.password);
    expect(await checkMigrations(settings({ PORT: 'x' }))).toMatchObject({ exitCode: 2 });
  });
});
