import { fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ChildMessage } from '#src/cli/run/child.ts';
import { makeDb } from '#src/store/db/database.ts';
import { freePort } from '#test/support/free-port.ts';
import { startPostgresProxy } from '#test/support/postgres-proxy.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startUnusablePostgres } from '#test/support/unusable-postgres.ts';

const entry = join(import.meta.dirname, '../../../src/cli/ringback.mjs');
const mainScript = join(import.meta.dirname, '../../../src/cli/main.ts');
const password = 'hunter2-of-the-database';
const commands = [['up', '--no-build'], ['migrate'], ['web'], ['worker']];
const look = 'Start PostgreSQL, and look whether DATABASE_URL names its host, port, user and password.';
const tls = 'Look at sslmode and sslrootcert in DATABASE_URL: they must fit what PostgreSQL asks for.';

let ringback: TestRingback;
let folder: string;

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  folder = await mkdtemp(join(tmpdir(), 'ringback-start-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await ringback.close();
});

function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const { encryptionKeys, authSecret } = ringback.config;
  const keys = encryptionKeys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(',');
  return {
    ...process.env,
    PORT: '0',
    RINGBACK_DATA_DIR: join(folder, 'data'),
    RINGBACK_ENCRYPTION_KEYS: keys,
    RINGBACK_AUTH_SECRET: authSecret,
    DATABASE_URL: ringback.databaseUrl,
    ...settings,
  };
}

/** Runs a command that cannot start; answers its exit code and all it said. */
async function run(args: string[], settings: Record<string, string>, cwd = folder): Promise<[number, string]> {
  const child = spawn(process.execPath, [entry, ...args], { cwd, env: environment(settings) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  expect(output).not.toContain(password);
  expect(output).not.toContain(new URL(ringback.databaseUrl).password);
  return [code, output.trim()];
}

/** Runs a process as a child of `up`; answers what it tells its parent. */
async function told(role: 'web' | 'worker', settings: Record<string, string>): Promise<ChildMessage[]> {
  const child = fork(mainScript, [role], { cwd: folder, env: environment(settings), execArgv: [], silent: true });
  const messages: ChildMessage[] = [];
  child.on('message', (message: ChildMessage) => messages.push(message));
  await once(child, 'close');
  return messages;
}

/** Returns the URL of the test's database with some parts changed. */
function urlWith(change: (url: URL) => void): string {
  const url = new URL(ringback.databaseUrl);
  change(url);
  return url.href;
}

const urlOf = (place: string, query = '') => `postgresql://somebody:${password}@${place}/shop${query}`;

const wrongPassword = () => urlWith((url) => (url.password = password));

describe('a database that cannot be used', () => {
  it.each(commands)('is named by %s in one sentence, with its cure and without its password', async (...args) => {
    const { host, pathname, username } = new URL(ringback.databaseUrl);
    expect(await run(args, { DATABASE_URL: wrongPassword() })).toEqual([
      1,
      `The database ${host}${pathname} cannot be used: password authentication failed for user "${username}". ` +
        'Look at the user and the password in DATABASE_URL, and at pg_hba.conf of PostgreSQL.',
    ]);
  });

  it.each(commands)('is named by %s when nobody listens there', async (...args) => {
    const port = await freePort();
    const [code, output] = await run(args, { DATABASE_URL: urlOf(`localhost:${port}`) });
    expect(code).toBe(1);
    expect(output).toMatch(/^The database localhost:\d+\/shop cannot be used: connect ECONNREFUSED [^\n]*\. Start /);
    expect(output.endsWith(look)).toBe(true);
  });

  it('is named when it is unknown', async () => {
    const { host } = new URL(ringback.databaseUrl);
    const DATABASE_URL = urlWith((url) => (url.pathname = '/nowhere'));
    expect(await run(['web'], { DATABASE_URL })).toEqual([
      1,
      `The database ${host}/nowhere cannot be used: database "nowhere" does not exist. ` +
        'Create this database, or put the name of another one into DATABASE_URL.',
    ]);
  });

  it('is named when its host is unknown', async () => {
    const [code, output] = await run(['web'], { DATABASE_URL: urlOf('db.invalid') });
    expect(code).toBe(1);
    expect(output).toMatch(/^The database db\.invalid:5432\/shop cannot be used: getaddrinfo \w+ db\.invalid\. Start /);
  });

  it.each([
    ['silent', '', 'timeout expired.', look],
    [
      'self-signed',
      '?sslmode=verify-full',
      'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca.',
      tls,
    ],
    [
      { code: '53300', message: 'sorry, too many clients already' },
      '',
      'sorry, too many clients already.',
      'Raise max_connections of PostgreSQL, or lower RINGBACK_DB_POOL.',
    ],
    [
      { code: '28000', message: 'no pg_hba.conf entry for host "h", user "u", database "d", no encryption' },
      '',
      'no pg_hba.conf entry for host "h", user "u", database "d", no encryption.',
      tls,
    ],
  ] as const)('is named when it is %j', async (manner, query, says, cure) => {
    const server = await startUnusablePostgres(manner);
    onTestFinished(server.close);
    const place = `127.0.0.1:${server.port}`;
    expect(await run(['web'], { DATABASE_URL: urlOf(place, query) })).toEqual([
      1,
      `The database ${place}/shop cannot be used: ${says} ${cure}`,
    ]);
  });

  it('is named when TLS is asked for that it does not speak, or with a file that is not there', async () => {
    const plain = urlWith((url) => url.searchParams.set('sslmode', 'verify-full'));
    const { host, pathname } = new URL(plain);
    const place = `The database ${host}${pathname} cannot be used:`;
    expect(await run(['web'], { DATABASE_URL: plain })).toEqual([
      1,
      `${place} The server does not support SSL connections. ${tls}`,
    ]);
    const missing = urlWith((url) => url.searchParams.set('sslrootcert', '/nowhere/ca.pem'));
    expect(await run(['web'], { DATABASE_URL: missing })).toEqual([
      1,
      `${place} ENOENT: no such file or directory, open '/nowhere/ca.pem'. ${tls}`,
    ]);
  });

  it('is named with the right that a role lacks', async () => {
    const name = `start_${randomBytes(8).toString('hex')}`;
    const admin = makeDb(process.env.TEST_POSTGRES_URL ?? '', { max: 1, name: 'test' });
    onTestFinished(async () => {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.query(`drop role if exists ${name}`);
      await admin.close();
    });
    await admin.query(`create role ${name} login password '${password}'`);
    await admin.query(`create database ${name}`);
    const asRole = (url: URL) => {
      url.username = name;
      url.password = password;
    };
    const empty = urlWith((url) => {
      asRole(url);
      url.pathname = `/${name}`;
    });
    const { host, pathname } = new URL(ringback.databaseUrl);
    expect(await run(['migrate'], { DATABASE_URL: empty })).toEqual([
      1,
      `The database ${host}/${name} cannot be used: permission denied for schema public. ` +
        `Grant "${name}" create on the database and on its schema public, or migrate as another role.`,
    ]);
    expect(await run(['web'], { DATABASE_URL: urlWith(asRole) })).toEqual([
      1,
      `The database ${host}${pathname} cannot be used: permission denied for schema pgboss. ` +
        `Make "${name}" the owner of the schema pgboss and of all tables, or grant it all rights on them.`,
    ]);
  });
});

describe('a child of up', () => {
  it('is refused what will not pass, and only fails while the database is away', async () => {
    expect(await told('web', { DATABASE_URL: wrongPassword() })).toEqual([
      { kind: 'refused', message: expect.stringContaining('password authentication failed'), mayPass: false },
    ]);
    const away = urlOf(`localhost:${await freePort()}`);
    expect(await told('worker', { DATABASE_URL: away })).toEqual([
      { kind: 'failed', message: expect.stringContaining('ECONNREFUSED'), passing: true },
    ]);
  });

  it('tells an error that nobody has foreseen', async () => {
    await ringback.db.query('alter table webhook_secret rename to webhook_secret_away');
    try {
      expect(await told('web', {})).toEqual([
        { kind: 'failed', message: 'relation "webhook_secret" does not exist.', passing: false },
      ]);
    } finally {
      await ringback.db.query('alter table webhook_secret_away rename to webhook_secret');
    }
  });
});

it('up goes on when its database is away just as web and worker start', async () => {
  const proxy = await startPostgresProxy(ringback.databaseUrl);
  const settings = { DATABASE_URL: proxy.url, RINGBACK_DATA_DIR: join(folder, 'blink'), RINGBACK_LOG_FORMAT: 'json' };
  const child = spawn(process.execPath, [entry, 'up', '--no-build'], { cwd: folder, env: environment(settings) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    await proxy.close();
  });
  const said = (text: string) => vi.waitFor(() => expect(output).toContain(text), { timeout: 30_000, interval: 10 });
  await said('credentials written');
  proxy.cut();
  await said('cannot be used');
  proxy.resume();
  await said('Ringback is');
  expect(child.exitCode).toBeNull();
  expect(output).not.toContain('    at ');
});

describe('an encryption key', () => {
  const cure = () =>
    'Put the missing key behind the first one in RINGBACK_ENCRYPTION_KEYS, ' +
    `or the secrets.json of that time into ${join(folder, 'data')}.`;
  const keyOf = (id: string) => ({ RINGBACK_ENCRYPTION_KEYS: `${id}:${randomBytes(32).toString('base64')}` });
  const says: Record<string, string> = {
    up: '',
    migrate: 'What this database holds cannot be opened: webhook_secret: ',
    web: 'RINGBACK_ENCRYPTION_KEYS does not open what this database holds: ',
    worker: 'RINGBACK_ENCRYPTION_KEYS does not open what this database holds: ',
  };

  it.each(commands)('that is missing is named by %s, with what helps', async (...args) => {
    const [code, output] = await run(args, keyOf('other'));
    const missing = `${says[args[0] ?? '']}no encryption key "test" in RINGBACK_ENCRYPTION_KEYS. ${cure()}`;
    expect(code).toBe(1);
    expect(output.split('\n').at(-1)).toBe(`${missing.charAt(0).toUpperCase()}${missing.slice(1)}`);
    expect(output).not.toContain('    at ');
  });

  it('that is another one under the same name is named too', async () => {
    expect(await run(['web'], keyOf('test'))).toEqual([
      1,
      `${says.web}the encryption key "test" in RINGBACK_ENCRYPTION_KEYS does not open what it sealed. ${cure()}`,
    ]);
  });
});

it.each([['up'], ['migrate', '--check'], ['doctor'], ['get', 'job_1']])(
  'an .env that is a folder is named by %s',
  async (...args) => {
    const home = await mkdtemp(join(folder, 'home-'));
    await mkdir(join(home, '.env'));
    expect(await run(args, {}, home)).toEqual([
      2,
      'These settings are wrong:\n  .env cannot be read (EISDIR): it must be a file that this user can read',
    ]);
  },
);
