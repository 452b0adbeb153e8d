import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { findRunning, isAlive } from '#src/cli/postgres/postgres-process.ts';
import { StartError } from '#src/cli/start-error.ts';
import { makeLog } from '#src/log.ts';
import { freePort } from '#test/support/free-port.ts';

const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
const parentScript = join(import.meta.dirname, '../../support/postgres-parent.ts');

let folder: string;
const servers: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-embedded-'));
  await chmod(folder, 0o755);
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  const elsewhere = (await readFile(join(folder, 'private/data/postgres.location'), 'utf8').catch(() => '')).trim();
  if (elsewhere) await rm(elsewhere, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

async function start(dataDir = folder, port = 0): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir, port, log, durable: false });
  servers.push(server);
  return server;
}

async function stop(server: EmbeddedPostgres): Promise<void> {
  servers.splice(servers.indexOf(server), 1);
  await server.stop();
}

/** The server, run by a process that may be killed. */
async function startInChild(
  user: { uid?: number; gid?: number } = {},
): Promise<{ child: ChildProcess; url: string; pid: number }> {
  const child = fork(parentScript, [folder], { ...user, execArgv: [] } as Parameters<typeof fork>[2]);
  children.push(child);
  const [message] = (await once(child, 'message')) as [{ url: string; pid: number }];
  return { child, ...message };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function query<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const seen = await look().catch(() => undefined);
    if (seen) return seen;
    await pause(20);
  }
}

async function refusal(starting: Promise<unknown>): Promise<string> {
  const error = await starting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StartError);
  return (error as StartError).message;
}

/** Whether everyone may enter all folders above a file. */
async function isOpenToAll(file: string): Promise<boolean> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data from one start to the next', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 7 as n');
    await stop(first);
    expect(isAlive(first.pid())).toBe(false);
    const second = await start();
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('sorts and folds text alike on every machine', async () => {
    const { url } = await start();
    const [row] = await query(
      url,
      "select datlocprovider as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding, upper('ä') as upper from pg_database where datname = current_database()",
    );
    expect(row).toEqual({ provider: 'b', locale: 'C.UTF-8', encoding: 'UTF8', upper: 'Ä' });
  });

  it('is adopted, running, after its parent was killed', async () => {
    const { child, url, pid } = await startInChild();
    await query(url, 'create table kept as select 7 as n');
    await kill(child);
    const server = await start();
    expect(server.pid()).toBe(pid);
    expect(server.url).toBe(url);
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 7 }]);
    await stop(server);
    expect(isAlive(pid)).toBe(false);
  });

  it('recovers when it was killed together with its parent', async () => {
    const { child, url, pid } = await startInChild();
    await query(url, 'create table kept as select 7 as n');
    process.kill(pid, 'SIGKILL');
    await kill(child);
    const server = await start();
    expect(server.pid()).not.toBe(pid);
    expect(await query(server.url, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('moves to another port when the adopted one is not the wanted one', async () => {
    const { child, url } = await startInChild();
    await kill(child);
    const port = await freePort();
    const server = await start(folder, port);
    expect(server.port).toBe(port);
    expect(Number(new URL(url).port)).not.toBe(port);
  });

  it('is back on its port within seconds when it is killed, even in the middle of a query', async () => {
    const server = await start();
    await query(server.url, 'create table kept as select 7 as n');
    const before = server.pid();
    const busy = query(server.url, 'select pg_sleep(600)').catch((error: Error) => error);
    await until(
      async () => (await query(server.url, "select 1 from pg_stat_activity where query like 'select pg_sleep%'"))[0],
    );
    process.kill(before, 'SIGKILL');
    const [row] = await until(() => query<{ n: number }>(server.url, 'select n from kept'));
    expect(row?.n).toBe(7);
    await until(async () => server.pid() !== before);
    expect(await busy).toBeInstanceOf(Error);
  });

  it('is watched again after one of its own processes crashed', async () => {
    const server = await start();
    const [backend] = await query<{ pid: number }>(server.url, 'select pg_backend_pid() as pid');
    const before = server.pid();
    const busy = query(server.url, 'select pg_sleep(600)').catch((error: Error) => error);
    const sleeping = "select pid from pg_stat_activity where query like 'select pg_sleep%'";
    const { pid } = await until(async () => (await query<{ pid: number }>(server.url, sleeping))[0]);
    expect(pid).not.toBe(backend?.pid);
    process.kill(pid, 'SIGKILL');
    expect(await busy).toBeInstanceOf(Error);
    const watched = "select 1 from pg_stat_activity where application_name like 'ringback supervisor%'";
    await until(async () => (await query(server.url, watched))[0]);
    expect(server.pid()).toBe(before);
    process.kill(before, 'SIGKILL');
    await until(async () => server.pid() !== before);
    expect(await until(() => query(server.url, 'select 1 as n'))).toEqual([{ n: 1 }]);
  });

  it('starts over a pid file that names some other living process', async () => {
    const first = await start();
    await stop(first);
    const data = join(folder, 'postgres/data');
    const { uid, gid } = await stat(data);
    const file = join(data, 'postmaster.pid');
    await writeFile(file, `${process.pid}\n${data}\n1\n5432\n\n127.0.0.1\n\nready   \n`);
    await chown(file, uid, gid);
    const second = await start();
    expect(await findRunning(data)).toEqual({ pid: second.pid(), port: second.port });
  });

  // What root may not see in a container, it sees here, unless it gives the right away.
  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'is found by a root that may not look at the processes of other users',
    async () => {
      const server = await start();
      const data = join(folder, 'postgres/data');
      const script = `import { findRunning } from '#src/cli/postgres/postgres-process.ts';
        console.log(JSON.stringify(await findRunning(process.argv[1])));`;
      const less = ['--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace', '--', process.execPath];
      const ran = await promisify(execFile)('setpriv', [...less, '--input-type=module-typescript', '-e', script, data]);
      expect(JSON.parse(ran.stdout)).toEqual({ pid: server.pid(), port: server.port });
      expect((await stat(join(data, 'postmaster.pid'))).isFile()).toBe(true);
    },
  );

  it('works below a folder that only the current user may enter', async () => {
    await mkdir(join(folder, 'private'), { mode: 0o700 });
    const dataDir = join(folder, 'private/data');
    const first = await start(dataDir);
    await query(first.url, 'create table kept as select 7 as n');
    await stop(first);
    const second = await start(dataDir);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('works for an ordinary user', async () => {
    // As root the test plays one, unless the checkout lies below a folder that only root may enter: then there is none here.
    const plays = process.getuid?.() === 0 && (await isOpenToAll(process.execPath));
    const nobody = plays ? { uid: 65_534, gid: 65_534 } : {};
    if (nobody.uid !== undefined) await chown(folder, nobody.uid, nobody.gid);
    const { url, child } = await startInChild(nobody);
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    const ended = once(child, 'exit');
    child.disconnect();
    expect(await ended).toEqual([0, null]);
  });

  it('is reachable from this machine alone, by password, without a socket file', async () => {
    const { url } = await start();
    const settings = await query(
      url,
      "select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by name",
    );
    expect(settings.map(({ setting }) => setting)).toEqual(['127.0.0.1', '']);
    const other = new URL(url);
    other.password = 'guess';
    await expect(query(other.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('writes neither statements nor values into its log', async () => {
    const { url } = await start();
    await query(url, 'create table keyed (value text primary key)');
    const insert = "insert into keyed values ('s3cret-value')";
    await query(url, insert);
    await expect(query(url, insert)).rejects.toThrow(/duplicate key/);
    await expect(query(url, "select 's3cret-value'::int")).rejects.toThrow(/s3cret-value/);
    expect(await readFile(join(folder, 'postgres/postgres.log'), 'utf8')).not.toContain('s3cret');
  });

  it('keeps its password and data from other users', async () => {
    await start();
    expect((await stat(join(folder, 'postgres/data'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'postgres/data/ringback.password'))).mode & 0o777).toBe(0o600);
  });
});

describe('the embedded PostgreSQL refuses, in a sentence,', () => {
  it('a port that somebody else has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const message = await refusal(start(folder, port));
    other.close();
    expect(message).toContain(`Port ${port}`);
    expect(message).toContain('RINGBACK_POSTGRES_PORT');
  });

  it('to run twice on one folder', async () => {
    const { child, url } = await startInChild();
    expect(await refusal(start())).toMatch(new RegExp(`already running here: process ${child.pid} `));
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  });

  it('data of another major version', async () => {
    await stop(await start());
    await writeFile(join(folder, 'postgres/data/PG_VERSION'), '16\n');
    expect(await refusal(start())).toMatch(/made by PostgreSQL 16, but PostgreSQL 18 is installed/);
  });

  it('a data folder that cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await refusal(start(join(folder, 'file/data')))).toMatch(/cannot be written.*RINGBACK_DATA_DIR/);
  });
});
