import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportCommand, importCommand } from '#src/cli/move/move-project.ts';
import type { Job } from '#src/contract/job/job.ts';
import { makeCipher } from '#src/store/seal/cipher.ts';
import { sealedColumns } from '#src/store/seal/sealed-columns.ts';
import { deliveryCalls, patient } from '#test/faults/delivery/delivery-calls.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { pem } from '#test/support/tls/pem.ts';

let source: TestRingback;
let target: TestRingback;
let receiver: Receiver;
let folder: string;
let file: string;
let exported: string;
const secrets = ['of-endpoint', 'of-upstream', 'of-schedule', 'of-alerts', 'of-url'];

beforeAll(async () => {
  [source, target] = await Promise.all([startRingback({ worker: false }), startRingback({ worker: false })]);
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), 'ringback-bare-'));
  file = join(folder, 'project.export');
  const { ask, make } = deliveryCalls(source);
  await make({
    ...{ name: 'crm', url: `${receiver.url}/crm?token=of-url` },
    headers: { authorization: 'Bearer of-endpoint', 'x-plain': 'shown' },
  });
  const tls = { certificate: pem('client'), key: pem('client-key'), ca: pem('client-ca') };
  await make({ name: 'bank', url: 'https://bank.example.com/hook', tls });
  const headers = { authorization: 'Bearer of-upstream', 'x-team': 'north' };
  await ask('upstreams.create', { name: 'api', baseUrl: receiver.url, headers });
  await ask('upstreams.create', { name: 'open', baseUrl: receiver.url });
  const job = { url: `${receiver.url}/scheduled`, json: { n: 1 } };
  await ask('schedules.create', { name: 'plain', cron: '@yearly', job });
  const secret = { ...job, headers: { authorization: 'Bearer of-schedule' } };
  await ask('schedules.create', { name: 'secret', cron: '@yearly', job: secret });
  await ask('alerts.set', { slackUrl: `${receiver.url}/of-alerts` });
  const lines: string[] = [];
  const [project] = await source.db.query<{ name: string }>('select name from project order by id limit 1');
  const asked = { project: project?.name ?? '', file, withoutSecrets: true };
  await exportCommand(settingsOf(source), asked, (line) => lines.push(line));
  exported = lines.join('\n');
});
afterAll(async () => {
  await Promise.all([source.close(), target.close(), receiver.close()]);
  await rm(folder, { recursive: true, force: true });
});

const settingsOf = ({ config, databaseUrl }: TestRingback) => ({
  DATABASE_URL: databaseUrl,
  RINGBACK_DATA_DIR: config.dataDir,
  RINGBACK_ENCRYPTION_KEYS: config.encryptionKeys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(','),
});

const missing = [
  '  endpoint crm: what is masked in its URL, header authorization, signing secret',
  '  endpoint bank: client certificate and its key, signing secret',
  '  project: signing secret',
  '  upstream api: header authorization',
  '  schedule secret: all of it, because its job holds secrets',
  '  alerts: URL that they are posted to',
].join('\n');

/** Opens every sealed value of a project with the keys of its installation. */
async function openedIn({ db, config }: TestRingback, tables: readonly string[]): Promise<string[]> {
  const cipher = makeCipher([...config.encryptionKeys]);
  const found: string[] = [];
  for (const { table, key, column, context } of sealedColumns.filter((one) => tables.includes(one.table)))
    for (const { id, value } of await db.query<{ id: string; value: Buffer }>(
      `select ${key} as id, ${column} as value from ${table} where ${column} is not null`,
    ))
      found.push(cipher.open(value, context({ id, job_id: null, project_id: null }) ?? '').toString('utf8'));
  return found;
}

it('an export without secrets needs no passphrase, holds none, and names what it leaves out', async () => {
  const text = gunzipSync(await readFile(file)).toString('utf8');
  for (const secret of [...secrets, source.credentials.apiKey, 'PRIVATE KEY']) expect(text).not.toContain(secret);
  const [key] = await source.db.query<{ hash: Buffer }>('select hash from api_key limit 1');
  expect(text).not.toContain(key?.hash.toString('hex'));
  for (const shown of ['x-plain', 'shown', 'north', '@yearly']) expect(text).toContain(shown);
  expect(exported).toContain('It has no secrets.\nLeft out:\n');
  expect(exported).toContain(missing);
  expect(exported).toMatch(/ {2}API key ".+": all of it$/);
  const asked = { project: 'x', file: join(folder, 'x'), withoutSecrets: true, passphraseFile: 'pass' };
  await expect(exportCommand(settingsOf(source), asked, () => undefined)).rejects.toThrow(/needs no passphrase/);
});

it('what comes without secrets does nothing until somebody has set them anew', async () => {
  const lines: string[] = [];
  await importCommand(settingsOf(target), { file, owner: null, dryRun: false }, (line) => lines.push(line));
  const said = lines.join('\n');
  expect(said).toMatch(
    /^Imported .*: 2 endpoints, 2 upstreams, 1 schedule, 1 setting of alerts\.\nIt came without secrets\. It is paused/,
  );
  expect(said).toContain(`Missing:\n${missing}`);

  // An API key is made anew, by its owner in the dashboard; here by its row.
  const [theirs] = await target.db.query<{ id: string }>(`select project_id as id from upstream where name = 'api'`);
  await target.db.query('update api_key set project_id = $1', [theirs?.id]);
  await target.startWorker();
  const { ask } = deliveryCalls(target);
  const endpoints = await ask<{
    endpoints: { id: string; name: string; state: string; headers: object; tls: object }[];
  }>(...(['endpoints.list', {}, true] as const));
  const byName = new Map(endpoints.endpoints.map((one) => [one.name, one]));
  expect(byName.get('crm')).toMatchObject({ state: 'disabled', headers: { 'x-plain': 'shown' } });
  expect(Object.keys(byName.get('crm')?.headers ?? {})).toEqual(['x-plain']);
  expect(byName.get('bank')).toMatchObject({ state: 'disabled', tls: { certificate: null, ca: [expect.anything()] } });
  const opened = await openedIn(target, ['endpoint', 'upstream', 'schedule']);
  expect(opened.map((one) => JSON.parse(one))).toEqual(
    expect.arrayContaining([
      { 'x-plain': 'shown' },
      { 'x-team': 'north' },
      { url: `${receiver.url}/scheduled`, json: { n: 1 } },
    ]),
  );
  expect(opened).toHaveLength(3);

  const callback = { endpoint: 'crm' };
  const { id } = await ask<{ id: string }>('jobs.submit', { upstream: 'api', path: '/job', callback });
  const waitReason = async () => (await ask<Job>('jobs.get', { id }, true)).waitReason;
  await expect.poll(waitReason, patient).toBe('paused');
  await ask('schedules.runNow', { id: 'plain' });

  await ask('upstreams.update', { id: 'api', headers: { authorization: 'Bearer anew' } });
  const crm = byName.get('crm')?.id ?? '';
  await ask('endpoints.update', { id: crm, url: `${receiver.url}/crm?token=anew` });
  await ask('endpoints.rotateSecret', { id: crm });
  await ask('endpoints.enable', { id: crm });
  expect(receiver.received).toEqual([]);
  await ask('pauses.end', {});
  const at = (path: string) => receiver.received.filter((one) => one.path.startsWith(path));
  await expect.poll(() => at('/crm').length, patient).toBe(1);
  expect(at('/crm')[0]?.path).toBe('/crm?token=anew');
  expect(at('/crm')[0]?.headers).toMatchObject({ 'x-plain': 'shown', 'webhook-signature': expect.any(String) });
  expect(at('/job')[0]?.headers).toMatchObject({ authorization: 'Bearer anew', 'x-team': 'north' });
  await expect.poll(() => at('/scheduled').length, patient).toBe(1);
});
