import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportCommand, importCommand } from '#src/cli/move/move-project.ts';
import type { PausesView } from '#src/contract/flow/pause-view.ts';
import { movedTables } from '#src/store/move/moved-tables.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealedColumns } from '#src/store/seal/sealed-columns.ts';
import { deliveryCalls, patient } from '#test/faults/delivery/delivery-calls.ts';
import { dumpOf } from '#test/support/dump.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { pem } from '#test/support/tls/pem.ts';

let source: TestRingback;
let target: TestRingback;
let receiver: Receiver;
let folder: string;
let file: string;
const secrets = ['Bearer of-endpoint', 'Bearer of-upstream', 'Bearer of-schedule', '/alerts-secret'];
const passphrase = 'a passphrase of this test';

beforeAll(async () => {
  [source, target] = await Promise.all([startRingback({ worker: false }), startRingback({ worker: false })]);
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), 'ringback-move-'));
  file = join(folder, 'project.export');
  await fill();
  await exported(file);
});
afterAll(async () => {
  await Promise.all([source.close(), target.close(), receiver.close()]);
  await rm(folder, { recursive: true, force: true });
});

const settingsOf = ({ config, databaseUrl }: TestRingback, word = passphrase) => ({
  DATABASE_URL: databaseUrl,
  RINGBACK_DATA_DIR: config.dataDir,
  RINGBACK_EXPORT_PASSPHRASE: word,
  RINGBACK_ENCRYPTION_KEYS: config.encryptionKeys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(','),
});

async function exported(to: string, project?: string, word = passphrase): Promise<string> {
  const lines: string[] = [];
  const [first] = await source.db.query<{ name: string }>('select name from project order by id limit 1');
  const named = project ?? first?.name ?? '';
  await exportCommand(settingsOf(source, word), { project: named, file: to }, (line) => lines.push(line));
  return lines.join('\n');
}

async function imported(from = file, rest: { owner?: string; dryRun?: boolean; word?: string } = {}): Promise<string> {
  const lines: string[] = [];
  const { owner = null, dryRun = false, word = passphrase } = rest;
  await importCommand(settingsOf(target, word), { file: from, owner, dryRun }, (line) => lines.push(line));
  return lines.join('\n');
}

async function fill(): Promise<void> {
  const { ask, make } = deliveryCalls(source);
  await make({
    name: 'crm',
    url: `${receiver.url}/crm`,
    headers: { authorization: secrets[0], 'x-plain': 'p' },
    rate: 2.5,
  });
  const gone = await make({ name: 'gone', url: `${receiver.url}/gone` });
  await ask('endpoints.delete', { id: gone.id });
  await ask('upstreams.create', { name: 'api', baseUrl: receiver.url, headers: { authorization: secrets[1] } });
  const job = { url: `${receiver.url}/scheduled`, headers: { authorization: secrets[2] } };
  await ask('schedules.create', { name: 'yearly', cron: '@yearly', job });
  await ask('jobs.submit', { url: `${receiver.url}/not-exported`, flow: { key: 'slow', concurrency: 1 } });
  await ask('jobs.submit', { url: `${receiver.url}/not-exported`, flow: { key: 'of-a-job', concurrency: 1 } });
  const { flows } = await ask<{ flows: { id: string; key: string }[] }>('flows.list', {}, true);
  await ask('flows.set', { id: flows.find(({ key }) => key === 'slow')?.id, concurrency: 2 });
  const bank = { name: 'bank', tls: { certificate: pem('client'), key: pem('client-key'), ca: pem('client-ca') } };
  await make({ ...bank, url: 'https://bank.example.com/hook' });
  await ask('upstreams.create', { ...bank, baseUrl: 'https://bank.example.com' });
  await ask('pauses.begin', { host: 'held.example.com' });
  await ask('alerts.set', { slackUrl: `${receiver.url}${secrets[3]}`, timezone: 'Europe/Zurich' });
}

/** Returns what the moved tables hold of the source's project, without what differs between installations. */
async function settingsIn({ db }: TestRingback): Promise<Record<string, unknown[]>> {
  const [project] = await source.db.query<{ id: string }>('select id from project order by id limit 1');
  const found: Record<string, unknown[]> = {};
  for (const { table, key, where, sealed, changes } of movedTables) {
    const differs = [...Object.keys(changes), ...sealed.map(({ column }) => column), 'paused_at'];
    const rows = await db.query<{ row: string }>(
      `select (to_jsonb(t) - $2::text[])::text as row from ${table} t where ${where} order by ${key}`,
      [project?.id, differs],
    );
    found[table] = rows.map(({ row }) => row);
  }
  return found;
}

/** Opens every sealed value of the source's project with the keys of an installation. */
async function openedIn({ db, config }: TestRingback): Promise<Record<string, string[]>> {
  const [project] = await source.db.query<{ id: string }>('select id from project order by id limit 1');
  const cipher = makeCipher([...config.encryptionKeys]);
  const found: Record<string, string[]> = {};
  for (const { table, key, where, sealed } of movedTables.map((m) => ({
    ...m,
    sealed: sealedColumns.filter((c) => c.table === m.table),
  })))
    for (const { column, context } of sealed) {
      const rows = await db.query<{ id: string; value: Buffer }>(
        `select ${key} as id, ${column} as value from ${table} t where ${where} and ${column} is not null order by ${key}`,
        [project?.id],
      );
      found[`${table}.${column}`] = rows.map(({ id, value }) =>
        cipher.open(value, context({ id, job_id: null, project_id: null }) ?? '').toString('latin1'),
      );
    }
  return found;
}

it('an export has everything but plain secrets, and nothing of what was deleted or is a job', async () => {
  const text = gunzipSync(await readFile(file)).toString('utf8');
  for (const secret of [...secrets, source.credentials.apiKey]) expect(text).not.toContain(secret);
  for (const name of ['crm', 'api', 'yearly', 'slow', 'held.example.com', 'Europe/Zurich'])
    expect(text).toContain(name);
  for (const name of ['"gone', 'not-exported', 'of-a-job']) expect(text).not.toContain(name);
  await expect(exported(file)).rejects.toThrow(/exists already/);
  await expect(exported(join(folder, 'none'), 'nobody')).rejects.toThrow('There is no project "nobody".');
  await expect(exported(join(folder, 'none'), undefined, 'short')).rejects.toThrow(/passphrase of at least 12/);
  for (const [place, code] of [
    [join(folder, 'none', 'x.export'), 'ENOENT'],
    [join(file, 'x.export'), 'ENOTDIR'],
  ] as const)
    await expect(exported(place)).rejects.toThrow(`The export ${place} cannot be written (${code}).`);
  expect(await readdir(folder)).toEqual(['project.export']);
});

/** What belongs to a project and is not exported: what has happened in it, and people. */
const leftBehind = [
  ...['alert_mail', 'alert_state', 'audit_entry', 'delivery', 'idempotency_key', 'inbox_message', 'invitation', 'job'],
  ...['listener', 'membership', 'model_call', 'operation', 'quota_use', 'run', 'run_step', 'saved_view', 'stat_delta'],
];

it('every table with rows of a project is one that moves, or one that is left behind', async () => {
  const rows = await source.db.query<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'project_id'`,
  );
  const known = [...movedTables.map(({ table }) => table).filter((table) => table !== 'project'), ...leftBehind];
  expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
});

describe('an import that is refused changes nothing', () => {
  const plain = async () => gunzipSync(await readFile(file)).toString('utf8');

  it.each([
    [
      'with another passphrase',
      async () => imported(file, { word: 'another passphrase' }),
      /does not open the secrets/,
    ],
    [
      'for an owner whom nobody knows',
      async () => imported(file, { owner: 'x@example.com' }),
      /nobody here has the address x@/,
    ],
    [
      'of a file that is cut',
      async () => imported(await written(gzipSync((await plain()).slice(0, -90)))),
      /is damaged/,
    ],
    [
      'of a file that was changed',
      async () => imported(await written(gzipSync((await plain()).replace('slow', 'fast')))),
      /its checksum differs/,
    ],
    ['of a folder', async () => imported(folder), /^The export .* cannot be read \(EISDIR\)\.$/],
    [
      'of a file that is not there',
      async () => imported(join(folder, 'none')),
      /^The export .* cannot be read \(ENOENT\)\.$/,
    ],
    ['of another file', async () => imported(await written(gzipSync('{"format":"x"}\n'))), /is no export of Ringback/],
  ])('%s', async (_name, act, message) => {
    const before = await dumpOf(target);
    await expect(act()).rejects.toThrow(message);
    expect(await dumpOf(target)).toBe(before);
  });

  it('as a dry run', async () => {
    const before = await settingsIn(target);
    expect(await imported(file, { dryRun: true })).toMatch(
      /^Would import the project .*: 2 endpoints, \d signing secrets, 2 upstreams, 1 schedule, 2 flows and pauses, 1 setting of alerts, 1 API key\./,
    );
    expect(await settingsIn(target)).toEqual(before);
  });

  it('into other tables', async () => {
    const rename = (from: string, to: string) =>
      target.db.query('update "_prisma_migrations" set migration_name = $2 where migration_name = $1', [from, to]);
    await rename('0001_init', '9999_later');
    await expect(imported()).rejects.toThrow(/the tables here are those of 9999_later/);
    await rename('9999_later', '0001_init');
  });

  const written = async (content: Buffer) => {
    const bad = join(folder, 'bad.export');
    await writeFile(bad, content);
    return bad;
  };
});

it('a project works in another installation: its keys, endpoints, credentials and secrets', async () => {
  const said = await imported(file, { owner: target.credentials.dashboard.email ?? '' });
  expect(said).toMatch(/^Imported the project .*\nIts schedules are paused: resume them/);
  expect(await settingsIn(target)).toEqual(await settingsIn(source));
  await expect(imported()).rejects.toThrow(
    /^Nothing was changed: this installation has a project ".+" with id [0-9a-f-]+ already/,
  );

  expect(await openedIn(target)).toEqual(await openedIn(source));
  const asked = await target.call<PausesView>('pauses.list', undefined, {
    key: source.credentials.apiKey,
    query: true,
  });
  expect(asked.body.result.data.pauses).toMatchObject([{ host: 'held.example.com' }]);

  await target.startWorker();
  const key = source.credentials.apiKey;
  const ask = async <T>(path: string, input: object, query = false) => {
    const { body } = await target.call<T>(path, input, { key, query });
    expect(body.error).toBeUndefined();
    return body.result.data;
  };
  const { id } = await ask<{ id: string }>('jobs.submit', {
    upstream: 'api',
    path: '/moved',
    callback: { endpoint: 'crm' },
  });
  const at = (path: string) => receiver.received.filter((one) => one.path === path);
  await expect.poll(() => at('/crm').length, patient).toBe(1);
  expect(at('/moved')[0]?.headers.authorization).toBe(secrets[1]);
  expect(at('/crm')[0]?.headers).toMatchObject({ authorization: secrets[0], 'x-plain': 'p' });
  expect(at('/crm')[0]?.body.toString()).toContain(id);
  const { schedules } = await ask<{ schedules: { name: string; pausedAt: string | null }[] }>(
    'schedules.list',
    {},
    true,
  );
  expect(schedules).toMatchObject([{ name: 'yearly', pausedAt: expect.any(String) }]);
  await ask('schedules.runNow', { id: 'yearly' });
  await expect.poll(() => at('/scheduled')[0]?.headers.authorization, patient).toBe(secrets[2]);
  await ask('alerts.test', {});
  await expect.poll(() => at('/alerts-secret').length, patient).toBe(1);
});
