import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { findRunning, isAlive, shutDown } from '#src/cli/postgres/postgres-process.ts';
import { makeLog } from '#src/log.ts';
import { makeDb } from '#src/store/db/database.ts';

const entry = join(import.meta.dirname, '../../../src/cli/ringback.mjs');
/** A start on a busy machine makes a cluster and two processes. */
const wait = { timeout: 90_000, interval: 30 };

type Up = { process: ChildProcess; output(): string; ended: Promise<[number | null, NodeJS.Signals | null]> };

let folder: string;
const started: Up[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-up-'));
  await chmod(folder, 0o755);
});

afterEach(async () => {
  for (const up of started.splice(0)) {
    up.process.kill('SIGKILL');
    await up.ended;
    await vi.waitFor(() => expect(pidsOf(up.output()).filter(isAlive)).toEqual([]), wait);
  }
  const server = await runningPostgres();
  if (server) await shutDown(server.pid);
  await rm(folder, { recursive: true, force: true });
});

function ringback(args: string[], settings: Record<string, string> = {}): Up {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: '0', RINGBACK_WORKER_DRAIN_SECONDS: '5', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const up = { process: child, output: () => output, ended: once(child, 'close') as Up['ended'] };
  started.push(up);
  return up;
}

/** Started and greeted; answers its base URL. */
async function ready(up: Up): Promise<string> {
  return vi.waitFor(() => {
    const [, url] = /Ringback is {2}(\S+)/.exec(up.output()) ?? [];
    if (!url) throw new Error(`not ready:\n${up.output()}`);
    return url;
  }, wait);
}

/** Process ids of all workers so far, from what they log when they are ready. */
function pidsOf(output: string): number[] {
  return [...output.matchAll(/"worker":"[^"]*:(\d+)"/g)].map(([, pid]) => Number(pid));
}

function runningPostgres() {
  return findRunning(join(folder, '.ringback/postgres/data'));
}

async function credentials(): Promise<{ apiKey: string }> {
  return JSON.parse(await readFile(join(folder, '.ringback/credentials.json'), 'utf8')) as { apiKey: string };
}

async function answers(url: string): Promise<number> {
  return (await fetch(`${url}/healthz`)).status;
}

describe('ringback up', { timeout: 180_000 }, () => {
  it('starts everything in an empty folder and greets with a request that works when it is pasted', async () => {
    const up = ringback(['up', '--no-build']);
    const url = await ready(up);
    const [command = ''] = /^curl .*?'$/ms.exec(up.output()) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    const { id } = JSON.parse(stdout) as { id: string };
    const { apiKey } = await credentials();
    const look = async (path: string) =>
      (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } })).text();
    await vi.waitFor(async () => expect(await look(`/v1/jobs/${id}`)).toContain('"state":"completed"'), wait);
    await vi.waitFor(async () => expect(await look('/playground/inbox/hello')).toContain(id), wait);
    expect(up.output()).not.toContain(apiKey);
  });

  it('makes secrets once, for its own user only, and keeps them', async () => {
    const first = ringback(['up', '--no-build']);
    await ready(first);
    const file = join(folder, '.ringback/secrets.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const secrets = await readFile(file, 'utf8');
    first.process.kill('SIGTERM');
    expect(await first.ended).toEqual([0, null]);
    const second = ringback(['up', '--no-build']);
    await ready(second);
    expect(await readFile(file, 'utf8')).toBe(secrets);
    expect(first.output() + second.output()).not.toContain((JSON.parse(secrets) as { authSecret: string }).authSecret);
  });

  it('leaves nothing running when it is told to stop', async () => {
    const up = ringback(['up', '--no-build']);
    const url = await ready(up);
    const server = await runningPostgres();
    expect(isAlive(server?.pid ?? 0)).toBe(true);
    up.process.kill('SIGINT');
    expect(await up.ended).toEqual([0, null]);
    expect(await runningPostgres()).toBeUndefined();
    expect(pidsOf(up.output()).filter(isAlive)).toEqual([]);
    await expect(answers(url)).rejects.toThrow();
  });

  it('waits for a running request when it is told to stop, but not when it is told again', async () => {
    const asked = Promise.withResolvers<void>();
    const silent = createHttpServer(() => asked.resolve()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const up = ringback(['up', '--dev', '--no-build'], { RINGBACK_WORKER_DRAIN_SECONDS: '600' });
    const url = await ready(up);
    const { apiKey } = await credentials();
    const submitted = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: `http://127.0.0.1:${port}/` }),
    });
    expect(submitted.status).toBe(202);
    await asked.promise;
    up.process.kill('SIGTERM');
    // Both come from one Ctrl-C when npm passes it on, so the second one counts for nothing. It comes at once, because a
    // second one that comes late counts.
    await pause(50);
    up.process.kill('SIGTERM');
    await vi.waitFor(() => expect(up.output()).toContain('stopping'), wait);
    expect(pidsOf(up.output()).every(isAlive)).toBe(true);
    // One that comes more than a second later counts. There must be no third one: it would end the process at once,
    // before PostgreSQL has ended.
    await pause(1_200);
    up.process.kill('SIGTERM');
    expect(await up.ended).toEqual([130, null]);
    expect(await runningPostgres()).toBeUndefined();
    silent.closeAllConnections();
    silent.close();
  });

  it('starts a killed worker again at once', async () => {
    const up = ringback(['up', '--no-build']);
    await ready(up);
    const [worker = 0] = pidsOf(up.output());
    process.kill(worker, 'SIGKILL');
    await vi.waitFor(() => expect(pidsOf(up.output())).toHaveLength(2), wait);
    expect(up.output()).toContain('worker ended and is started again');
  });

  it('survives the death of its PostgreSQL', async () => {
    const up = ringback(['up', '--no-build']);
    const url = await ready(up);
    const server = await runningPostgres();
    process.kill(server?.pid ?? 0, 'SIGKILL');
    const others = async () => expect([undefined, server?.pid]).not.toContain((await runningPostgres())?.pid);
    await vi.waitFor(others, wait);
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), wait);
    expect((await runningPostgres())?.port).toBe(server?.port);
  });

  it('takes its children along when it is killed, and the next start goes on with the same PostgreSQL', async () => {
    const first = ringback(['up', '--no-build']);
    const url = await ready(first);
    const server = await runningPostgres();
    first.process.kill('SIGKILL');
    await first.ended;
    await vi.waitFor(() => expect(pidsOf(first.output()).filter(isAlive)).toEqual([]), wait);
    await expect(answers(url)).rejects.toThrow();
    const second = ringback(['up', '--no-build']);
    await ready(second);
    expect(await runningPostgres()).toEqual(server);
  });

  it('says in one sentence that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const up = ringback(['up', '--no-build'], { PORT: String(port) });
    expect(await up.ended).toEqual([1, null]);
    other.close();
    expect(up.output().trim()).toBe(`Port ${port} is taken. Set PORT to another one, or stop the program that has it.`);
  });

  it('refuses a database that a newer version has migrated, in one sentence, and so does migrate', async () => {
    const first = ringback(['migrate']);
    expect(await first.ended).toEqual([0, null]);
    const folderOf = join(folder, '.ringback');
    const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
    const postgres = await startPostgres({ dataDir: folderOf, port: 0, log });
    const db = makeDb(postgres.url, { max: 1, name: 'test' });
    await db.query(`insert into "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count)
                    values ('x', 'x', '9999_later', now(), 1)`);
    await db.close();
    await postgres.stop();
    for (const args of [['up', '--no-build'], ['migrate']]) {
      const refused = ringback(args);
      expect(await refused.ended).toEqual([1, null]);
      expect(refused.output().trim()).toMatch(
        /(^|\n)The database is newer than this program, which does not know: 9999_later\. Run the version of Ringback that applied it, or a later one\.$/,
      );
    }
    expect(await runningPostgres()).toBeUndefined();
  });

  it('names everything that is wrong with its settings', async () => {
    const up = ringback(['up'], { RINGBACK_WORKER_SLOTS: 'many', RINGBACK_URLL: 'x' });
    expect(await up.ended).toEqual([1, null]);
    expect(up.output().trim().split('\n')).toEqual([
      'These settings are wrong:',
      '  RINGBACK_URLL is no setting of Ringback; did you mean RINGBACK_URL?',
      '  RINGBACK_WORKER_SLOTS should be a whole number from 1 to 100000, not "many"',
    ]);
  });
});

describe('ringback worker', { timeout: 180_000 }, () => {
  it('asks for all that only up provides by itself', async () => {
    const worker = ringback(['worker']);
    expect(await worker.ended).toEqual([1, null]);
    expect(worker.output()).toMatch(/DATABASE_URL is missing.*RINGBACK_AUTH_SECRET.*RINGBACK_ENCRYPTION_KEYS/s);
  });
});
