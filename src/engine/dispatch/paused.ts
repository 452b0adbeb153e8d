import type { Reads } from '#src/engine/deps.ts';
import { sharingNext } from '#src/engine/pump/share-next.ts';
import type { Tx } from '#src/store/db/database.ts';
import { listPauses, type Pause, wakeAfterPause, wholeProject } from '#src/store/line/pause-rows.ts';

/** Age of what is known from which a claim reads the pauses itself. */
const oldMs = 2_000;

/** The pauses as one worker knows them, at most about a second old. */
export type Paused = {
  /** Returns the pause that a job waits for: that of its project, or of its host; null: none. */
  of(job: { project_id: string; url: string }): Pause | null;
  /**
   * Returns whether nothing at all of a line may start. `origin` is that of all its jobs, if they have one. The line of a
   * pause says in its own row whether that one lasts, but what waited for the pause of a host waits for its project too.
   */
  holds(line: { project_id: string; kind: string; key: string }, origin: string | null): boolean;
  /** The paused hosts, with their projects. */
  hosts(): readonly Pause[];
  /**
   * Reads the pauses on the connection of a claim if what is known is old, and returns whether it did: while the network
   * is broken, the connection of `refresh` may hang for long beside others that answer.
   */
  renew(tx: Pick<Tx, 'run'>): Promise<boolean>;
  /** Reads the pauses from the database, and makes workers look at what waited for one that has ended. */
  refresh(): Promise<void>;
};

/** Makes the pauses of a worker. */
export function makePaused(deps: Reads): Paused {
  let known: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  let hosts: readonly Pause[] = [];
  let readAtMs = -Infinity;
  /** Projects of which a pause has ended, but whose lines are not woken yet. */
  const ended = new Set<string>();
  const read = async (db: Pick<Tx, 'run'>) => {
    const askedAtMs = performance.now();
    const rows = await listPauses(db);
    if (askedAtMs < readAtMs) return;
    readAtMs = askedAtMs;
    const before = known;
    const byProject = Map.groupBy(rows, (row) => row.project_id);
    known = new Map([...byProject].map(([id, list]) => [id, new Set(list.map(({ key }) => key))]));
    hosts = rows
      .filter(({ key }) => key !== wholeProject)
      .map(({ project_id: projectId, key }) => ({ projectId, key }));
    for (const [id, keys] of before) if ([...keys].some((key) => !known.get(id)?.has(key))) ended.add(id);
  };
  const keysOf = (projectId: string) => (known.size === 0 ? undefined : known.get(projectId));
  return {
    of({ project_id: projectId, url }) {
      const keys = keysOf(projectId);
      if (keys === undefined) return null;
      if (keys.has(wholeProject)) return { projectId, key: wholeProject };
      const host = hostOf(url);
      return keys.has(host) ? { projectId, key: host } : null;
    },
    holds({ project_id, kind, key }, origin) {
      const keys = keysOf(project_id);
      if (keys === undefined) return false;
      if (kind === 'pause') return key !== wholeProject && keys.has(wholeProject);
      return keys.has(wholeProject) || (origin !== null && keys.has(hostOf(origin)));
    },
    hosts: () => hosts,
    async renew(tx) {
      if (performance.now() - readAtMs <= oldMs) return false;
      await read(tx);
      return true;
    },
    refresh: sharingNext(async () => {
      await read(deps.db);
      // Until now this worker has put lines off for what has ended.
      const ids = [...ended];
      await wakeAfterPause(deps.db, ids);
      for (const id of ids) ended.delete(id);
    }),
  };
}

/**
 * Throws at the end of a claim that has taken so long that what it knew of pauses is old, if one of its jobs is paused by
 * now. All of it is undone, and the next claim knows the pause.
 */
export async function stillUnpaused(
  tx: Pick<Tx, 'run'>,
  paused: Pick<Paused, 'of' | 'renew'>,
  work: readonly { project_id: string; url: string }[],
): Promise<void> {
  if (work.length === 0 || !(await paused.renew(tx))) return;
  if (work.some((job) => paused.of(job) !== null)) throw new Error('a pause began while its jobs were claimed');
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}
