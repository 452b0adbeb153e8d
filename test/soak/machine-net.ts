import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A machine of a test: a network namespace with one cable to a bridge. */
export type Machine = {
  name: string;
  address: string;
  /** Starts a program in it. */
  spawn(program: string, args: string[], options?: { cwd?: string; env?: NodeJS.ProcessEnv }): ChildProcess;
  /** Pulls its cable out of the bridge: packets vanish in both directions, and no side is told. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
};

/** Addresses of the bridge. This process has the first one. */
export const network = '10.77.0';

const ip = async (...args: string[]) => void (await promisify(execFile)('ip', args));

/**
 * Makes a bridge and machines at it. Call it in namespaces of one's own for networks, mounts and processes, which take
 * all of it along when they end: see `enterNamespaces`.
 */
export async function makeMachines<Name extends string>(names: readonly Name[]): Promise<Record<Name, Machine>> {
  await mkdir('/run/netns', { recursive: true });
  await promisify(execFile)('mount', ['-t', 'tmpfs', 'tmpfs', '/run/netns']);
  await ip('link', 'set', 'lo', 'up');
  await ip('link', 'add', 'bridge', 'type', 'bridge');
  await ip('addr', 'add', `${network}.1/24`, 'dev', 'bridge');
  await ip('link', 'set', 'bridge', 'up');
  const made: [Name, Machine][] = [];
  for (const [index, name] of names.entries()) made.push([name, await makeMachine(name, `${network}.${index + 10}`)]);
  return Object.fromEntries(made) as Record<Name, Machine>;
}

async function makeMachine(name: string, address: string): Promise<Machine> {
  const cable = `to-${name}`;
  await ip('netns', 'add', name);
  await ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  await ip('link', 'set', cable, 'master', 'bridge', 'up');
  await ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
  for (const device of ['lo', 'eth0']) await ip('-n', name, 'link', 'set', device, 'up');
  return {
    name,
    address,
    spawn: (program, args, options) =>
      spawn('ip', ['netns', 'exec', name, program, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] }),
    unplug: () => ip('link', 'set', cable, 'nomaster'),
    plugIn: () => ip('link', 'set', cable, 'master', 'bridge'),
  };
}

/** Set for the process that runs in the namespaces. */
const insideVariable = 'MACHINES_INSIDE';

/**
 * Runs this script again as the first process of namespaces of its own, and ends with its exit code. Returns false there.
 * Whatever ends the script, the kernel then ends all that it has started, and removes its networks.
 */
export async function enterNamespaces(): Promise<boolean> {
  if (process.env[insideVariable] !== undefined) {
    // The first process of a namespace gets no signal that it has no handler for.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
    return false;
  }
  if (process.getuid?.() !== 0) throw new Error('Network namespaces are made by root alone.');
  const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...own, process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [insideVariable]: '1' },
  });
  // unshare itself waits for its child and hears no wish. Its end is its child's.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGKILL'));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 130));
  });
  return true;
}
