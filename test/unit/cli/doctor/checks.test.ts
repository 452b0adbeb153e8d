import { X509Certificate } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { checkCertificates } from '#src/cli/doctor/check-certificates.ts';
import {
  checkClock,
  checkConnections,
  checkMigrationState,
  checkRole,
  checkRoundTrip,
  checkVersion,
} from '#src/cli/doctor/check-database.ts';
import { checkDisk, checkName, checkProxy } from '#src/cli/doctor/check-machine.ts';
import { checkEgress, checkSettings, checkUrl } from '#src/cli/doctor/check-settings.ts';
import {
  checkBacklog,
  checkDeadRows,
  checkKeys,
  checkSessions,
  checkVersions,
  checkWorkers,
} from '#src/cli/doctor/check-work.ts';
import {
  exitCodeOfFindings,
  findingLines,
  findingsJson,
  judge,
  ok,
  problem,
  warning,
} from '#src/cli/doctor/finding.ts';
import { describeFailure } from '#src/cli/failure/describe-failure.ts';
import { sayMigrationState } from '#src/cli/migrate/migrate-check.ts';
import type { WorkerRow } from '#src/store/worker/workers.ts';
import { pem } from '#test/support/tls/pem.ts';

const clientCertificate = { owner: 'endpoint', name: 'safe', certificate: pem('client'), ca: pem('ca') } as const;
const clientEndMs = new X509Certificate(pem('ca')).validToDate.getTime();

const role = { role: 'ringback', may_change: true, closed_tables: [] as string[] };
const server = { max_connections: 103, reserved: 3, used: 5 };
const session = { pid: 7, program: 'psql', state: 'active', seconds: 400 };
const table = { table: 'job', live: 10, dead: 0, vacuum_off: false };
const work = { queued: 0, oldest_seconds: null, deliveries: 0 };
const worker = (name: string, state: WorkerRow['state'], egress_down_since: Date | null = null): WorkerRow => ({
  ...{ id: name, name, state, slots: 1, in_flight: 0, egress_down_since, version: '0.1.0' },
  ...{ started_at: new Date(0), heartbeat_at: new Date(0) },
});
/** A worker that started at a second and was heard of in second 1000. */
const at = (
  name: string,
  startedAt: number,
  version: string | null,
  state: WorkerRow['state'] = 'alive',
): WorkerRow => ({
  ...{ ...worker(name, state), version, started_at: new Date(startedAt * 1000), heartbeat_at: new Date(1_000_000) },
});
const url = (text: string, isSet = true, dev = false) => checkUrl({ url: text, dev }, isSet);
const egress = (egressAllow: string[], dev = false) => checkEgress({ egressAllow, dev });
const GB = 1024 ** 3;

test.each([
  ['valid settings', checkSettings([]), 'ok'],
  ['wrong settings', checkSettings(['PORT should be a number']), 'problem'],
  ['an https URL', url('https://ringback.example.com'), 'ok'],
  ['any URL in development', url('http://localhost:4600', false, true), 'ok'],
  ['no URL', url('http://localhost:4600', false), 'warning'],
  ['a URL of this machine', url('http://localhost:4600'), 'warning'],
  ['a URL without TLS', url('http://ringback.example.com'), 'problem'],
  ['no exceptions for targets', egress([]), 'ok'],
  ['a single private host', egress(['billing.internal:8443', '10.1.2.3', '8.8.8.0/24']), 'ok'],
  ['a private network', egress(['10.20.0.0/16']), 'warning'],
  ['targets on this machine', egress([], true), 'warning'],
  ['all networks', egress(['0.0.0.0/0']), 'problem'],
  ['all networks of IPv6', egress(['::/0']), 'problem'],
  ['a metadata service', egress(['169.254.169.254']), 'problem'],
  ['a fast database', checkRoundTrip('db', 1), 'ok'],
  ['a slow database', checkRoundTrip('db', 20), 'warning'],
  ['a very slow database', checkRoundTrip('db', 500), 'problem'],
  ['PostgreSQL 18', checkVersion({ version: 180_001, version_text: '18.1' }), 'ok'],
  ['PostgreSQL 17', checkVersion({ version: 170_001, version_text: '17.1' }), 'warning'],
  ['PostgreSQL 13', checkVersion({ version: 130_005, version_text: '13.5' }), 'problem'],
  ['a role with all rights', checkRole(role), 'ok'],
  ['a role that may not migrate', checkRole({ ...role, may_change: false }), 'warning'],
  ['a role without rights on a table', checkRole({ ...role, closed_tables: ['job'] }), 'problem'],
  ['all migrations', checkMigrationState({ waiting: [], unknown: [] }), 'ok'],
  ['a missing migration', checkMigrationState({ waiting: ['0002_b'], unknown: [] }), 'problem'],
  ['an unknown migration', checkMigrationState({ waiting: [], unknown: ['0099_z'] }), 'problem'],
  ['equal clocks', checkClock(-100), 'ok'],
  ['a clock that is behind', checkClock(-2_000), 'warning'],
  ['a clock that is a minute ahead', checkClock(60_000), 'problem'],
  ['pools that fit', checkConnections(server, { dbPool: 10 }, 1), 'ok'],
  ['pools that nearly do not fit', checkConnections(server, { dbPool: 40 }, 1), 'warning'],
  ['connections of others', checkConnections({ ...server, used: 81 }, { dbPool: 10 }, 1), 'warning'],
  ['pools that do not fit', checkConnections(server, { dbPool: 10 }, 9), 'problem'],
  ['a key that is configured', checkKeys([{ key_id: 'a', table: 'run' }], ['b', 'a']), 'ok'],
  ['a key that is not configured', checkKeys([{ key_id: 'a', table: 'run' }], ['b']), 'problem'],
  ['no key at all', checkKeys([], []), 'problem'],
  ['a live worker', checkWorkers([worker('w', 'alive')]), 'ok'],
  ['a silent worker beside a live one', checkWorkers([worker('w', 'alive'), worker('x', 'silent')]), 'warning'],
  ['a worker that is cut off', checkWorkers([worker('w', 'alive', new Date(0))]), 'warning'],
  ['only a worker that stops', checkWorkers([worker('w', 'draining')]), 'problem'],
  ['no worker', checkWorkers([]), 'problem'],
  ['workers of one version', checkVersions([at('a', 0, '1.0'), at('b', 999, '1.0')]), 'ok'],
  ['workers of two versions since a moment', checkVersions([at('a', 0, '1.0'), at('b', 200, '1.1')]), 'ok'],
  ['workers of two versions for long', checkVersions([at('a', 0, '1.0'), at('b', 50, '1.1')]), 'warning'],
  ['a worker that does not say its version, for long', checkVersions([at('a', 0, null), at('b', 9, '1.1')]), 'warning'],
  ['a silent worker of another version', checkVersions([at('a', 0, '1.0', 'silent'), at('b', 9, '1.1')]), 'ok'],
  ['no worker that could differ', checkVersions([]), 'ok'],
  ['no backlog', checkBacklog([work]), 'ok'],
  ['an oldest job of a minute', checkBacklog([work, { ...work, queued: 1, oldest_seconds: 60 }]), 'warning'],
  [
    'many jobs',
    checkBacklog([
      { ...work, queued: 3_000 },
      { ...work, queued: 2_000 },
    ]),
    'warning',
  ],
  ['an oldest job of ten minutes', checkBacklog([{ ...work, queued: 1, oldest_seconds: 600 }]), 'problem'],
  ['few dead rows', checkDeadRows(true, [table]), 'ok'],
  ['many dead rows among more live ones', checkDeadRows(true, [{ ...table, live: 1e6, dead: 2e5 }]), 'ok'],
  ['mostly dead rows', checkDeadRows(true, [{ ...table, dead: 100_000 }]), 'warning'],
  ['no autovacuum', checkDeadRows(false, []), 'problem'],
  ['no autovacuum for a table', checkDeadRows(true, [{ ...table, vacuum_off: true }]), 'problem'],
  ['no long transaction', checkSessions([]), 'ok'],
  ['a long statement', checkSessions([session]), 'warning'],
  ['a transaction that is idle', checkSessions([session, { ...session, state: 'idle in transaction' }]), 'problem'],
  ['room on the disk', checkDisk('/data', 10 * GB), 'ok'],
  ['little room on the disk', checkDisk('/data', GB), 'warning'],
  ['a full disk', checkDisk('/data', 0), 'problem'],
  ['no certificates', checkCertificates([], 0), 'ok'],
  ['certificates that last', checkCertificates([clientCertificate], Date.parse('2027-01-01')), 'ok'],
  ['a certificate that expires soon', checkCertificates([clientCertificate], clientEndMs - 29 * 86_400_000), 'warning'],
  ['a certificate that has expired', checkCertificates([clientCertificate], clientEndMs), 'problem'],
  ['a proxy that is there', checkProxy('proxy:3128', { read: true, value: 1.5 }), 'ok'],
  ['a proxy that is away', checkProxy('proxy:3128', { read: false, reason: 'ECONNREFUSED' }), 'problem'],
  ['a name that resolves', checkName('a.example', { read: true, value: ['192.0.2.1'] }), 'ok'],
  ['a name without an address', checkName('a.example', { read: true, value: [] }), 'problem'],
  ['a name that does not resolve', checkName('a.example', { read: false, reason: 'ENOTFOUND' }), 'problem'],
] as const)('%s: the finding says so, and how to cure what is not fine', (_what, finding, state) => {
  expect(finding).toMatchObject({ state });
  if (state === 'ok') expect(finding.cure).toBeNull();
  else expect(finding.cure).toMatch(/^[A-Z].*\.$/);
});

describe('findings', () => {
  const all = [ok('a', 'fine'), warning('bcd', 'odd', 'Look.'), problem('e', 'broken', 'Mend.')];

  it('are a line each, with the cure below', () => {
    expect(findingLines(all)).toEqual([
      'ok       a    fine',
      'warning  bcd  odd',
      '              → Look.',
      'problem  e    broken',
      '              → Mend.',
    ]);
  });

  it('fail the command only if there is a problem', () => {
    expect([exitCodeOfFindings(all), exitCodeOfFindings(all.slice(0, 2))]).toEqual([1, 0]);
    expect(JSON.parse(findingsJson(all))).toEqual({ ok: false, findings: all });
  });

  it('tell of what could not be read', () => {
    const finding = judge('keys', { read: false, reason: 'no such table.' }, () => ok('keys', ''));
    expect(finding).toMatchObject({ check: 'keys', state: 'problem', message: 'could not be read: no such table.' });
  });

  it('name the workers of each version, and since when there are two', () => {
    expect(checkVersions([at('a', 0, '1.0'), at('b', 40, '1.1'), at('c', 700, '1.1')])).toMatchObject({
      message: 'workers run different versions: 1.0 (a); 1.1 (b, c), for 16 min',
    });
    expect(checkVersions([at('a', 0, null), at('b', 200, '1.1')]).message).toContain(
      'one before versions were stored (a)',
    );
    expect(checkVersions([at('a', 0, '1.0')]).message).toBe('all workers run 1.0 (a)');
  });

  it('name the missing key and the tables that need it', () => {
    const used = ['run', 'endpoint'].map((name) => ({ key_id: 'old', table: name }));
    expect(checkKeys(used, ['new']).message).toContain('"old" (run, endpoint)');
  });

  it('say which of the other keys is still needed, and which can be removed', () => {
    const { message } = checkKeys([{ key_id: 'old', table: 'run' }], ['new', 'old', 'older']);
    expect(message).toContain('"old" still opens what it sealed until "ringback keys rotate"');
    expect(message).toContain('"older" was found nowhere, and can be removed');
    expect(checkKeys([{ key_id: 'new', table: 'run' }], ['new']).message).toBe('"new" encrypts');
  });
});

describe('a failure', () => {
  it('is told without the passwords and keys of the settings', () => {
    const settings = {
      databaseUrl: 'postgresql://me:s%40cret@db/ringback?password=inquery',
      encryptionKeys: [{ id: 'a', key: Buffer.alloc(32, 1) }],
      authSecret: 'an-auth-secret',
    };
    const key = Buffer.alloc(32, 1).toString('base64');
    const error = new Error(`no: s@cret s%40cret inquery ${key} an-auth-secret at postgresql://x:other@h/y`);
    const said = describeFailure(error, settings);
    expect(said).toBe('no: ******** ******** ******** ******** ******** at postgresql://x:********@h/y.');
  });

  it('of several addresses names each of them', () => {
    const error = new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]);
    expect(describeFailure(error, {})).toBe('refused ::1; refused 127.0.0.1.');
  });
});

const step = { name: '0002_b', breaks: [], locks: [], contract: null };

it('the check of migrations tells up to date, waiting and newer apart by its exit code', () => {
  expect(sayMigrationState({ waiting: [], unknown: [], steps: [] }).exitCode).toBe(0);
  expect(sayMigrationState({ waiting: ['0002_b'], unknown: [], steps: [] })).toEqual({
    text: 'Would be applied: 0002_b',
    exitCode: 1,
  });
  const newer = sayMigrationState({ waiting: ['0002_b'], unknown: ['0099_z'], steps: [step] });
  expect(newer).toMatchObject({ exitCode: 2, text: expect.stringContaining('newer than this program') });
});

it('the check of migrations says whose writes wait, and whether older processes may go on', () => {
  const say = (more: object) => sayMigrationState({ waiting: ['0002_b'], unknown: [], steps: [{ ...step, ...more }] });
  expect(say({})).toMatchObject({ exitCode: 1, text: expect.stringMatching(/processes of the version before go on/) });
  expect(say({ locks: ['job', 'line'] })).toMatchObject({
    exitCode: 1,
    text: expect.stringMatching(/wait.*job, line\n/),
  });
  expect(say({ breaks: ['"job": DROP COLUMN "url"'] })).toEqual({
    text: 'Would be applied: 0002_b\n0002_b: stop older processes first: "job": DROP COLUMN "url"',
    exitCode: 3,
  });
  const contract = { after: '0001_a', version: '1.2.0' };
  expect(say({ breaks: ['"job": DROP COLUMN "url"'], contract })).toMatchObject({
    exitCode: 3,
    text: expect.stringMatching(/since 1\.2\.0: stop processes that are older than that first$/),
  });
});
