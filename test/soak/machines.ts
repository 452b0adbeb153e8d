import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { KeptProcess } from './kept-process.ts';
import { startSoakApp } from './kinds/runs.ts';
import { makeLedger } from './ledger.ts';
import { endSchedules, kinds, startLoad } from './load.ts';
import { type Watch, watchCalls } from './machine-figures.ts';
import { enterNamespaces } from './machine-net.ts';
import { type MachineStack, startMachineStack } from './machine-stack.ts';
import { writeTree } from './old-tree.ts';
import { countAccepted, makeScene, untilQuiet, untilRead } from './soak.ts';
import { checkAll } from './soak-checks.ts';
import { startSoakReceiver } from './soak-receiver.ts';
import { startSoakTarget } from './soak-target.ts';

/**
 * Several machines under load, each a network namespace: `node test/soak/machines.ts [--from REF] [--steps …]`, as root on Linux
 * with HAProxy. A worker is cut off and returned, one is paused, all are restarted one after the other. With `--from` all begin
 * with the program of that commit; then the database is migrated, and one after the other is replaced by this one. `--without`
 * leaves kinds of calls out that the old program does not know.
 * Exits with 1 if an accepted job is lost, stuck or told twice, or if a call stays unanswered after its repetitions.
 */
const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    steps: { type: 'string', default: 'cut,pause,restart,upgrade' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '7' },
    lanes: { type: 'string', default: '6' },
    without: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds);
const began = performance.now();
const say = (line: string) => console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`);

type Scene = { stack: MachineStack; watch: Watch; wrong: string[] };
type Kept = keyof MachineStack['kept'];

/** The order mixes both kinds, so that each old one meets a new one of the other kind. */
const order: Kept[] = ['worker1', 'web1', 'worker2', 'web2', 'worker3'];

if (!(await enterNamespaces())) process.exit((await main()) ? 0 : 1);

async function main(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-old-'));
  const old = values.from === undefined ? undefined : await writeTree(values.from, folder);
  if (old) say(`the program of ${old.commit}, with ${old.packages === 'ours' ? 'our packages' : 'its own packages'}`);
  const seed = Number(values.seed);
  const ledger = makeLedger(seed);
  const watch = watchCalls();
  const stack = await startMachineStack(old ? folder : process.cwd());
  const [target, receiver, app] = await Promise.all([
    startSoakTarget(seed, stack.here),
    startSoakReceiver(seed, stack.here),
    startSoakApp(stack.here),
  ]);
  await allReady(stack);
  const parts = { ledger, stack, target, receiver, app };
  const load = await makeScene(parts, { seed, pauseMs: 200, fetch: watch.fetch });
  say('all machines are ready');

  const without = values.without.split(',');
  const asked = Object.fromEntries(Object.entries(kinds).filter(([kind]) => !without.includes(kind)));
  const running = startLoad(load, Number(values.lanes), asked);
  const scene: Scene = { stack, watch, wrong: [] };
  await part(scene, 'nothing is done', () => pause(20_000));
  const steps = values.steps.split(',');
  if (steps.includes('cut')) await cutOff(scene);
  if (steps.includes('pause')) await pauseOne(scene);
  if (steps.includes('restart')) await restartAll(scene);
  if (steps.includes('upgrade') && old) await upgrade(scene);
  const figures = watch.end();
  await running.stop();
  await endSchedules(load);
  say('the load is over');
  const quiet = await untilQuiet(stack, 300);
  await untilRead(ledger, 300);
  const checked = await checkAll({ stack, ledger, target, receiver });
  const findings: Record<string, string[]> = {
    ...checked.findings,
    'calls that stayed without an answer': ledger.unanswered > 0 ? [String(ledger.unanswered)] : [],
    'machines that did not work again': scene.wrong,
  };

  console.log('\naccepted  longest gap  slowest call  5xx  broken  seconds');
  for (const one of figures) {
    const numbers = [one.gapSeconds, one.slowestSeconds].map((number) => `${number.toFixed(1)} s`.padStart(11));
    const counts = [one.refused, one.broken, Math.round(one.seconds)].map((count) => String(count).padStart(6));
    console.log(`${String(one.accepted).padStart(8)}  ${numbers.join('   ')} ${counts.join(' ')}    ${one.part}`);
  }
  const row = (name: string, count: number) => console.log(`${String(count).padStart(9)}  ${name}`);
  console.log('');
  row('jobs that were accepted', countAccepted(ledger));
  row('jobs, with those of schedules', checked.jobs);
  row('attempts of jobs', checked.attempts);
  row('deliveries', checked.deliveries);
  row('webhooks that were confirmed', [...receiver.events.values()].filter(({ confirmed }) => confirmed > 0).length);
  row('seconds from the end of the load until all was done', Math.ceil(quiet));
  if (watch.refusals.length > 0)
    console.log(`\nRefused or broken, and repeated by the client\n${watch.refusals.join('\n')}`);
  console.log('\nMust be zero');
  for (const [name, found] of Object.entries(findings)) {
    row(name, found.length);
    for (const one of found.slice(0, 5)) console.log(`             ${one}`);
  }
  await stack.close();
  await rm(folder, { recursive: true, force: true });
  return Object.values(findings).every((found) => found.length === 0);
}

async function allReady({ kept, url }: MachineStack): Promise<void> {
  while (Object.values(kept).some(({ current }) => current === undefined)) await pause(100);
  // The balancer has not asked a web process again yet.
  while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) await pause(100);
}

async function part(scene: Scene, name: string, act: () => Promise<unknown>): Promise<void> {
  say(name);
  scene.watch.begin(name);
  await act();
}

async function cutOff(scene: Scene): Promise<void> {
  const { machines, kept } = scene.stack;
  await part(scene, `worker1 is cut off for ${seconds} s`, async () => {
    await machines.worker1.unplug();
    await pause(seconds * 1_000);
  });
  await part(scene, 'worker1 is back', async () => {
    await machines.worker1.plugIn();
    await worksAgain(scene, kept.worker1);
  });
}

async function pauseOne(scene: Scene): Promise<void> {
  const worker = scene.stack.kept.worker2;
  await part(scene, `worker2 is paused for ${seconds} s`, async () => {
    worker.current?.signal('SIGSTOP');
    await pause(seconds * 1_000);
  });
  await part(scene, 'worker2 goes on', async () => {
    worker.current?.signal('SIGCONT');
    await worksAgain(scene, worker);
  });
}

/** Waits until the worker has made an attempt that began after this moment. It must be the same process. */
async function worksAgain({ stack, wrong }: Scene, worker: KeptProcess): Promise<void> {
  const from = performance.now();
  const [now] = await stack.query<{ now: Date }>('select now()');
  const sql = `select 1 from attempt where worker like '%:' || $1 and started_at > $2 limit 1`;
  const { pid } = worker.current ?? { pid: 0 };
  while ((await stack.query(sql, [String(pid), now?.now])).length === 0) {
    if (performance.now() - from > 90_000) return void wrong.push(worker.name);
    await pause(500);
  }
  say(`${worker.name} works again after ${((performance.now() - from) / 1_000).toFixed(1)} s`);
}

async function restartAll(scene: Scene): Promise<void> {
  await part(scene, 'all are restarted, one after the other', async () => {
    for (const name of order) await replace(scene, name);
  });
}

async function upgrade(scene: Scene): Promise<void> {
  const { stack } = scene;
  const ours = process.cwd();
  await part(scene, 'the database is migrated', async () => {
    for (const args of [['migrate', '--check'], ['migrate']]) {
      const { text, code } = await stack.command(ours, ...args);
      say(`ringback ${args.join(' ')} exits with ${code}: ${text.replaceAll('\n', ' | ')}`);
    }
    await pause(10_000);
  });
  await part(scene, 'old processes are restarted beside the newer database', async () => {
    for (const name of ['worker3', 'web2'] as const) await replace(scene, name);
  });
  await part(scene, 'one after the other is replaced by the new program', async () => {
    for (const name of order) {
      stack.install(name, ours);
      await replace(scene, name);
      await pause(8_000);
    }
  });
  await part(scene, 'all are new', () => pause(15_000));
}

async function replace({ stack }: Scene, name: Kept): Promise<void> {
  const from = performance.now();
  await stack.kept[name].replace('SIGTERM');
  say(`${name} was replaced within ${((performance.now() - from) / 1_000).toFixed(1)} s`);
  await pause(3_000);
}
