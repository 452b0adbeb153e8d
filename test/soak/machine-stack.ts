import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { binary } from '#src/cli/postgres/postgres-binaries.ts';
import { dataOf, prepareCluster } from '#src/cli/postgres/postgres-cluster.ts';
import { findPlace } from '#src/cli/postgres/postgres-place.ts';
import type { CredentialsFile } from '#src/server/sign-in/first-start.ts';
import { watchProcess } from '#test/support/processes.ts';
import { type KeptProcess, keepProcess } from './kept-process.ts';
import { type Machine, makeMachines, network } from './machine-net.ts';
import { type AskedStack, queryOnce } from './soak-stack.ts';

const names = ['db', 'front', 'web1', 'web2', 'worker1', 'worker2', 'worker3'] as const;
type Name = (typeof names)[number];

/** Ringback on machines of its own: PostgreSQL, a balancer, two web processes, three workers. */
export type MachineStack = AskedStack & {
  /** Address of this process for all machines. */
  here: string;
  machines: Record<Name, Machine>;
  kept: Record<Exclude<Name, 'db' | 'front'>, KeptProcess>;
  /** Lets a machine run the program in this folder from its next start on. */
  install(name: keyof MachineStack['kept'], tree: string): void;
  /** Runs `ringback` of the folder once beside the database. Returns what it says, and its exit code. */
  command(tree: string, ...args: string[]): Promise<{ text: string; code: number }>;
  close(): Promise<void>;
};

/** Starts all of it with the program in the folder. */
export async function startMachineStack(tree: string): Promise<MachineStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-machines-'));
  await chmod(dataDir, 0o755);
  const machines = await makeMachines(names);
  const databaseUrl = await startDatabase(machines.db, dataDir);
  const url = `http://${machines.front.address}:8080`;
  const env = { ...process.env, ...environment(databaseUrl, dataDir, url) };
  const node = (machine: Machine, folder: string, args: string[]) =>
    machine.spawn(process.execPath, ['src/cli/main.ts', ...args], { cwd: folder, env });

  const command = async (folder: string, ...args: string[]) => {
    const child = node(machines.db, folder, args);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    const code = await new Promise<number>((resolve) => child.on('close', (ended) => resolve(ended ?? 1)));
    return { text: text.trim(), code };
  };
  const made = await command(tree, 'migrate');
  if (made.code !== 0) throw new Error(made.text);
  const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as CredentialsFile;

  const trees = new Map<string, string>();
  const unasked: string[] = [];
  const keep = (name: Name) =>
    keepProcess({
      name,
      start: () => {
        const kind = name.startsWith('web') ? 'web' : 'worker';
        return watchProcess(node(machines[name], trees.get(name) ?? tree, [kind]), `${kind} ready`);
      },
      onOutput: () => {},
      onUnasked: (what) => unasked.push(what),
    });
  const kept = {
    web1: keep('web1'),
    web2: keep('web2'),
    worker1: keep('worker1'),
    worker2: keep('worker2'),
    worker3: keep('worker3'),
  };
  await startBalancer(machines, dataDir);
  return {
    url,
    here: `${network}.1`,
    credentials,
    machines,
    kept,
    unasked,
    query: (text, values) => queryOnce(databaseUrl, text, values),
    install: (name, folder) => void trees.set(name, folder),
    command,
    async close() {
      await Promise.all(Object.values(kept).map((one) => one.stop()));
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The settings of an installation: private targets are allowed by name, as there, and not by RINGBACK_DEV. */
const environment = (databaseUrl: string, dataDir: string, url: string): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  PORT: '4600',
  RINGBACK_HOST: '0.0.0.0',
  RINGBACK_URL: url,
  RINGBACK_TRUSTED_PROXIES: '1',
  RINGBACK_DATA_DIR: dataDir,
  RINGBACK_ENCRYPTION_KEYS: `machines:${randomBytes(32).toString('base64')}`,
  RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
  RINGBACK_EGRESS_ALLOW: `${network}.1`,
  RINGBACK_WORKER_DRAIN_SECONDS: '10',
});

async function startDatabase({ address }: Machine, dataDir: string): Promise<string> {
  const place = await findPlace(dataDir);
  const password = await prepareCluster(place, true);
  const data = dataOf(place);
  await appendFile(join(data, 'pg_hba.conf'), `host all all ${network}.0/24 scram-sha-256\n`);
  const { uid, gid } = place.user;
  // The program of PostgreSQL refuses to run as root, which alone may enter a namespace.
  const drop = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
  const server = [binary(place.native, 'postgres'), '-D', data, '-p', '5432', '-c', `listen_addresses=${address}`];
  spawn('ip', ['netns', 'exec', 'db', ...drop, ...server], {
    cwd: data,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: 'ignore',
  });
  const base = `postgresql://ringback:${password}@${address}:5432`;
  while ((await queryOnce(`${base}/postgres`, 'select 1').catch(() => null)) === null) await pause(100);
  await queryOnce(`${base}/postgres`, 'create database ringback');
  return `${base}/ringback`;
}

/** HAProxy as Debian has it. It asks each web process twice a second whether it is ready. */
async function startBalancer({ front, web1, web2 }: Record<Name, Machine>, dataDir: string): Promise<void> {
  await promisify(execFile)('haproxy', ['-v']).catch(() => {
    throw new Error('haproxy is missing: apt-get install haproxy');
  });
  const file = join(dataDir, 'haproxy.cfg');
  await writeFile(file, balancerSettings([web1.address, web2.address], front.address));
  front.spawn('haproxy', ['-db', '-f', file]);
}

const balancerSettings = (webs: string[], address: string) => `
defaults
  mode http
  timeout connect 2s
  timeout client 75s
  timeout server 75s
  retries 3
  option redispatch 1
  option forwardfor
frontend all
  bind ${address}:8080
  default_backend web
backend web
  option httpchk GET /readyz
  default-server check inter 500ms fall 2 rise 1
${webs.map((web, index) => `  server web${index + 1} ${web}:4600`).join('\n')}
`;
