import { setTimeout as pause } from 'node:timers/promises';
import { between, type Chance, pick } from './chance.ts';
import type { KeptProcess } from './kept-process.ts';
import type { Ledger } from './ledger.ts';
import { pauseFor } from './pauses.ts';
import type { SoakStack } from './soak-stack.ts';
import type { SwitchServer } from './switch-server.ts';

/** What faults are done to. Two faults of one of these are never done at once. */
type Subject = 'worker' | 'web' | 'database' | 'receiver' | 'target' | 'app' | 'pauses';

export type FaultScene = {
  stack: SoakStack;
  receiver: SwitchServer;
  target: SwitchServer;
  app: SwitchServer;
  ledger: Ledger;
  chance: Chance;
  /** Seconds for which a server or the database is away, at most. */
  awaySeconds: number;
};

type Fault = {
  subjects: Subject[];
  weight: number;
  act: (scene: FaultScene, worker: KeptProcess) => Promise<unknown>;
};

const away = ({ chance, awaySeconds }: FaultScene, most = awaySeconds) => pause(between(chance, 500, most * 1_000));

/** All faults by their names, as they are printed. */
export const faults = {
  'worker killed': {
    subjects: ['worker'],
    weight: 4,
    act: (_scene, worker) => worker.replace('SIGKILL'),
  },
  'worker frozen past its lease, then woken': {
    subjects: ['worker', 'database'],
    weight: 3,
    act: freeze,
  },
  'worker drained': {
    subjects: ['worker'],
    weight: 2,
    act: (_scene, worker) => worker.replace('SIGTERM'),
  },
  'web process killed': {
    subjects: ['web'],
    weight: 2,
    act: ({ stack }) => stack.web.replace('SIGKILL'),
  },
  'PostgreSQL restarted, fast': { subjects: ['database'], weight: 2, act: (scene) => restart(scene, 'SIGINT') },
  'PostgreSQL restarted, immediate': { subjects: ['database'], weight: 1, act: (scene) => restart(scene, 'SIGQUIT') },
  'PostgreSQL killed': { subjects: ['database'], weight: 1, act: (scene) => restart(scene, 'SIGKILL') },
  'backends terminated': {
    subjects: ['database'],
    weight: 2,
    act: async ({ stack }) => {
      await stack.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'ringback%' and random() < 0.5`,
      );
    },
  },
  'connections to PostgreSQL cut': {
    subjects: ['database'],
    weight: 2,
    act: async (scene) => {
      scene.stack.proxy.cut();
      await away(scene, 3);
      scene.stack.proxy.resume();
    },
  },
  'PostgreSQL behind a black hole': {
    subjects: ['database'],
    weight: 1,
    act: async (scene) => {
      scene.stack.proxy.freeze();
      await away(scene);
      scene.stack.proxy.resume();
    },
  },
  'receiver down': { subjects: ['receiver'], weight: 2, act: (scene) => outage(scene, scene.receiver) },
  'target down': { subjects: ['target'], weight: 1, act: (scene) => outage(scene, scene.target) },
  'app down': { subjects: ['app'], weight: 1, act: (scene) => outage(scene, scene.app) },
  'project paused': { subjects: ['pauses'], weight: 1, act: (scene) => holdBack(scene, null) },
  'host paused': { subjects: ['pauses'], weight: 1, act: (scene) => holdBack(scene, '127.0.0.1') },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];

async function outage(scene: FaultScene, server: SwitchServer): Promise<void> {
  await server.down();
  await away(scene);
  await server.up();
}

function holdBack({ stack, ledger, chance, awaySeconds }: FaultScene, host: string | null): Promise<void> {
  const where = { url: stack.url, apiKey: stack.credentials.apiKey };
  return pauseFor(where, ledger, host, between(chance, 500, awaySeconds * 800));
}

/** The supervisor of the embedded server starts it again. */
async function restart({ stack }: FaultScene, signal: NodeJS.Signals): Promise<void> {
  const before = stack.postgres.pid();
  process.kill(before, signal);
  while (stack.postgres.pid() === before || (await stack.query('select 1').catch(() => null)) === null) await pause(50);
}

/** The longest time until others have declared a silent worker dead: their own heartbeats must be unbroken first. */
const longestJudgementMs = 60_000;

/** Freezes a worker until another one has declared it dead, and wakes it. It must notice, and settle nothing. */
async function freeze({ stack }: FaultScene, worker: KeptProcess): Promise<string | undefined> {
  const frozen = worker.current;
  if (!frozen) return undefined;
  const from = performance.now();
  const seenFrom = frozen.output().length;
  frozen.signal('SIGSTOP');
  const alive = `select 1 from worker where name like '%:' || $1 and dead_at is null`;
  try {
    while ((await stack.query(alive, [frozen.pid])).length > 0) {
      if (performance.now() - from > longestJudgementMs) return 'nobody declared it dead';
      await pause(200);
    }
    // By then its jobs have been taken over, and some are under way elsewhere.
    await pause(500);
  } finally {
    frozen.signal('SIGCONT');
  }
  const until = performance.now() + 20_000;
  while (performance.now() < until) {
    if (frozen.output().slice(seenFrom).includes('declared this one dead')) return 'fenced';
    await pause(200);
  }
  return 'it did not notice';
}

export type FaultReport = { injected: Record<FaultName, number>; fenced: number; unfenced: string[] };

export type FaultSource = {
  /** Injects no more once each kind has come, and resolves when all that is broken works again. */
  stop(): Promise<FaultReport>;
};

/**
 * Injects a random fault every `everyMs`, of those whose subject is free. Each kind comes once before any comes a second
 * time by chance. One worker is always left alone.
 */
export function injectFaults(
  scene: FaultScene,
  { everyMs, kinds, say }: { everyMs: number; kinds: readonly FaultName[]; say: (line: string) => void },
): FaultSource {
  const injected = Object.fromEntries(faultNames.map((name) => [name, 0])) as Record<FaultName, number>;
  const unfenced: string[] = [];
  let fenced = 0;
  const taken = new Set<Subject>();
  const running = new Set<Promise<void>>();
  let on = true;

  const begin = () => {
    const idle = scene.stack.workers.filter((worker) => !worker.busy && worker.current !== undefined);
    const isFree = (subject: Subject) => (subject === 'worker' ? idle.length > 1 : !taken.has(subject));
    const possible = kinds.filter((name) => (faults[name].subjects as Subject[]).every(isFree));
    const fewest = possible.filter((name) => injected[name] === 0);
    const weights = Object.fromEntries((fewest.length > 0 ? fewest : possible).map((one) => [one, faults[one].weight]));
    if (possible.length === 0) return;
    const name = pick(scene.chance(), weights) as FaultName;
    const worker = idle[between(scene.chance, 0, idle.length - 1)] as KeptProcess;
    const fault: Fault = faults[name];
    const exclusive = fault.subjects.filter((subject) => subject !== 'worker');
    const uses = fault.subjects.includes('worker') ? worker : undefined;
    for (const subject of exclusive) taken.add(subject);
    if (uses) uses.busy = true;
    injected[name] += 1;
    say(`fault: ${name}${uses ? ` (${uses.name})` : ''}`);
    const done = fault
      .act(scene, worker)
      .catch((error: Error) => say(`fault ${name}: ${error.message}`))
      .then((how) => {
        if (how === 'fenced') fenced += 1;
        else if (typeof how === 'string') unfenced.push(`${worker.name}: ${how}`);
        for (const subject of exclusive) taken.delete(subject);
        if (uses) uses.busy = false;
        running.delete(done);
      });
    running.add(done);
  };

  const loop = (async () => {
    while (on || kinds.some((name) => injected[name] === 0)) {
      begin();
      await pause(everyMs / 2 + scene.chance() * everyMs);
    }
  })();
  return {
    async stop() {
      on = false;
      await loop;
      await Promise.all(running);
      return { injected, fenced, unfenced };
    },
  };
}
