import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isAlive } from '#src/cli/postgres/postgres-process.ts';
import { KeptChild } from '#src/cli/run/kept-child.ts';
import { makeLog } from '#src/log.ts';

const script = join(import.meta.dirname, '../../support/kept-child-script.ts');
const parentScript = join(import.meta.dirname, '../../support/kept-child-parent.ts');
const wait = { timeout: 20_000, interval: 20 };

let folder: string;
let notes: string;
let kept: KeptChild | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringback-kept-'));
  notes = join(folder, 'notes');
});

afterEach(async () => {
  kept?.kill();
  kept = undefined;
  await rm(folder, { recursive: true, force: true });
});

function keep(behaviour: string): { child: KeptChild; deaths: number[]; refusals: string[]; said: string[] } {
  const deaths: number[] = [];
  const refusals: string[] = [];
  const said: string[] = [];
  let id = 0;
  kept = new KeptChild({
    name: 'child',
    script,
    args: [behaviour, notes],
    environment: () => {
      id += 1;
      return { ...process.env, CHILD_ID: String(id) };
    },
    onDeath: async () => {
      deaths.push(id);
    },
    onRefused: (message) => refusals.push(message),
    log: makeLog({ logLevel: 'warn', logFormat: 'json' }, { write: (line) => said.push(JSON.parse(line).msg) }),
    tellDelayAfterMs: 0,
  });
  return { child: kept, deaths, refusals, said };
}

async function lines(): Promise<string[]> {
  return (await readFile(notes, 'utf8').catch(() => '')).split('\n').filter(Boolean);
}

describe('a kept child', () => {
  it('is started again at once, with a fresh environment, and its death is reported', async () => {
    const { child, deaths } = keep('obey');
    await child.ready;
    const first = child.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await vi.waitFor(async () => expect(await lines()).toHaveLength(2), wait);
    expect(deaths).toEqual([1]);
    expect(child.pid).not.toBe(first);
    expect((await lines())[1]).toBe(`2 ${child.pid}`);
  });

  it('is given growing pauses when it keeps dying', async () => {
    const startedAt = performance.now();
    keep('crash');
    await vi.waitFor(async () => expect(await lines()).toHaveLength(4), wait);
    // Pauses of 0, 250 and 500 ms lie between four starts.
    expect(performance.now() - startedAt).toBeGreaterThan(740);
  });

  it('stops in order when it is asked to, and stays stopped', async () => {
    const { child, deaths } = keep('obey');
    await child.ready;
    await child.stop(20_000);
    expect((await lines())[1]).toBe('stopped in order');
    expect(isAlive(child.pid ?? 0)).toBe(false);
    expect(deaths).toEqual([]);
  });

  it('leaves it to its parent when to stop, whatever signals the terminal sends to all', async () => {
    const { child } = keep('obey');
    await child.ready;
    process.kill(child.pid ?? 0, 'SIGINT');
    process.kill(child.pid ?? 0, 'SIGHUP');
    await child.stop(20_000);
    expect((await lines())[1]).toBe('stopped in order');
  });

  it('is not hurried by a second signal to stop', async () => {
    const { child } = keep('obey');
    await child.ready;
    const { pid = 0 } = child;
    process.kill(pid, 'SIGTERM');
    await child.stop(20_000);
    expect((await lines())[1]).toBe('stopped in order');
  });

  it('is killed when it does not stop in time, and its death is reported', async () => {
    const { child, deaths } = keep('stubborn');
    await child.ready;
    await child.stop(200);
    expect(isAlive(child.pid ?? 0)).toBe(false);
    expect(deaths).toEqual([1]);
  });

  it('may say that starting it again is pointless', async () => {
    const { refusals } = keep('refuse');
    await vi.waitFor(() => expect(refusals).toContain('no chance'), wait);
  });

  it('is started again when it is refused what it had before', async () => {
    const { child, refusals } = keep('hindered');
    await child.ready;
    process.kill(child.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => expect(await lines()).toHaveLength(3), wait);
    expect(refusals).toEqual([]);
  });

  it('is not started again in vain when it is refused that at first', async () => {
    const { refusals } = keep('hindered at first');
    await vi.waitFor(() => expect(refusals).toContain('port taken'), wait);
  });

  it('is given up when it never ran and three starts in a row failed in the same way', async () => {
    const { refusals, said } = keep('fail');
    await vi.waitFor(() => expect(refusals).toContain('no idea'), wait);
    expect((await lines()).length).toBeGreaterThanOrEqual(3);
    expect(said).toContain('child failed 3 times in the same way: no idea');
  });

  it.each(['crash', 'fail each time in another way'])('is not given up when it does %j', async (behaviour) => {
    const { refusals } = keep(behaviour);
    await vi.waitFor(async () => expect(await lines()).toHaveLength(5), wait);
    expect(refusals).toEqual([]);
  });

  it('is started until it runs while something hinders it that passes, and the log says so once', async () => {
    const { child, refusals, said } = keep('wait for the database');
    await child.ready;
    expect(refusals).toEqual([]);
    expect(said.filter((line) => line.includes('yet'))).toEqual(['child does not start yet: the database is away']);
    expect(await lines()).toHaveLength(5);
  });

  it('is started for ever once it ran, however it fails', async () => {
    const { child, refusals } = keep('fail later');
    await child.ready;
    process.kill(child.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => expect(await lines()).toHaveLength(5), wait);
    expect(refusals).toEqual([]);
  });

  it('stops in order by itself when its parent is killed', async () => {
    const parent = fork(parentScript, [script, notes], { execArgv: [] });
    const [{ pid }] = (await once(parent, 'message')) as [{ pid: number }];
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), wait);
    expect((await lines())[1]).toBe('stopped in order');
  });
});
