import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#test/support/free-port.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

const entry = join(import.meta.dirname, '../../../src/cli/ringback.mjs');

let ringback: TestRingback;
let target: Target;
/** A port that another program has. */
let port: number;
let other: Server;

beforeAll(async () => {
  [ringback, target, port] = await Promise.all([startRingback({ worker: false }), startTarget(), freePort()]);
  // The worker listens on all addresses of the machine.
  other = createServer().listen(port);
  await once(other, 'listening');
});
afterAll(async () => {
  other.close();
  await target.close();
  await ringback.close();
});

/** Runs a process that cannot start; answers its exit code, and the last line it said. */
async function refused(
  role: 'web' | 'worker',
  settings: Record<string, string>,
): Promise<[number, string | undefined]> {
  const { databaseUrl, dataDir, encryptionKeys, authSecret } = ringback.config;
  const keys = encryptionKeys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(',');
  const child = spawn(process.execPath, [entry, role], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      RINGBACK_DATA_DIR: dataDir,
      RINGBACK_DEV: 'true',
      RINGBACK_ENCRYPTION_KEYS: keys,
      RINGBACK_AUTH_SECRET: authSecret,
      ...settings,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return [code, output.trim().split('\n').at(-1)];
}

describe('a port that is taken', () => {
  it('is named by web, with the setting that chooses it', async () => {
    expect(await refused('web', { PORT: String(port) })).toEqual([
      1,
      `Port ${port} is taken. Set PORT to another one, or stop the program that has it.`,
    ]);
  });

  it('is named by a worker, before it claims anything', async () => {
    const { id } = await ringback
      .call<{ id: string }>('jobs.submit', { url: `${target.url}/json` })
      .then(({ body }) => body.result.data);
    expect(await refused('worker', { RINGBACK_WORKER_PORT: String(port) })).toEqual([
      1,
      `Port ${port} is taken. Set RINGBACK_WORKER_PORT to another one, or stop the program that has it.`,
    ]);
    expect(await ringback.db.query('select from job where claim_id is not null or state <> $1', ['queued'])).toEqual(
      [],
    );
    expect(await ringback.db.query('select from worker')).toEqual([]);
    expect([id, target.hits('/json')]).toEqual([id, 0]);
  });
});

// The last one is an address of a link, which needs the link's name: the system calls it an invalid argument.
it.each(['203.0.113.7', 'nowhere.invalid', 'fe80::1'])(
  'the address %s, which this machine does not have, is named by web',
  async (host) => {
    expect(await refused('web', { PORT: String(await freePort()), RINGBACK_HOST: host })).toEqual([
      1,
      `${host} is no address of this machine. Set RINGBACK_HOST to one, or to 0.0.0.0 for all.`,
    ]);
  },
);
