import { mayTakeSlot, originWeight, projectWeight, slotsToTake } from '#src/domain/flow/slot-share.ts';
import { urlOrigin } from '#src/domain/flow/url-origin.ts';
import { makeOpening } from './origin-opening.ts';
import type { SlotPool } from './under-way.ts';

/** What a job shares slots with: its project, and within the project its origin. */
export type Sharer = { project_id: string; url: string };

/** An origin, within a project, whose jobs have all slots of this worker that they may have. */
export type CrowdedOrigin = { projectId: string; origin: string };

/**
 * Jobs that may start now (`go`), those whose origin or project has all slots that it may have (`wait`), and those for
 * which no slot is free (`back`).
 */
export type Sorted<Job> = { go: Job[]; wait: { job: Job; reason: 'origin' | 'project' }[]; back: Job[] };

/** The slots of a worker for jobs, shared so that no origin and no project holds up the others. */
export type JobRoom = {
  /** The slots as the queue's loop sees them: those that one origin may take, and the reserve for the others. */
  queueSlots: Pick<SlotPool, 'free' | 'taken' | 'takeForClaimed' | 'onFree'> & { readonly reserve: number };
  /** Counts a job that has started. Call the returned function when its slot is about to be freed. */
  enter(job: Sharer): () => void;
  /** Chooses, in order, the jobs that may start now. */
  sort<Job extends Sharer>(jobs: readonly Job[]): Sorted<Job>;
  /** Returns how many more jobs of an origin may start now. */
  left(projectId: string, origin: string): number;
  /** Records that no job waits for a slot of this worker any more. */
  noneWaits(): void;
  /** Returns the origins to which others leave no further slot now. */
  crowded(): CrowdedOrigin[];
  /** Returns the origins that have all slots which are open for them now, because they were not used lately. */
  opening(): CrowdedOrigin[];
};

/** Makes the room of a worker. `onLeft` is called when a job has ended and others wait in a line for its slot. */
export function makeJobRoom(slots: SlotPool, onLeft: () => void): JobRoom {
  const opening = makeOpening();
  const origins = new Map<string, number>();
  const projects = new Map<string, number>();
  let turnedAway = false;
  const leftTo = (origin: string, taken: number) =>
    Math.min(slotsToTake(taken, slots.free, originWeight), Math.max(0, opening.slotsOf(origin) - taken));
  return {
    queueSlots: {
      get free() {
        const busiest = busiestOf(origins);
        return busiest ? leftTo(...busiest) : slotsToTake(0, slots.free, originWeight);
      },
      get reserve() {
        return slots.free;
      },
      get taken() {
        return slots.taken;
      },
      takeForClaimed: slots.takeForClaimed,
      onFree: slots.onFree,
    },
    enter(job) {
      const origin = originKey(job.project_id, urlOrigin(job.url));
      opening.use(origin);
      count(origins, origin, 1);
      count(projects, job.project_id, 1);
      return () => {
        count(origins, origin, -1);
        count(projects, job.project_id, -1);
        opening.ended(origin);
        if (turnedAway) onLeft();
      };
    },
    sort(jobs) {
      const result: Sorted<(typeof jobs)[number]> = { go: [], wait: [], back: [] };
      const more = { origins: new Map<string, number>(), projects: new Map<string, number>() };
      for (const job of jobs) {
        const origin = originKey(job.project_id, urlOrigin(job.url));
        const free = slots.free - result.go.length;
        const taken = (origins.get(origin) ?? 0) + (more.origins.get(origin) ?? 0);
        const ofProject = (projects.get(job.project_id) ?? 0) + (more.projects.get(job.project_id) ?? 0);
        if (free <= 0 && taken === 0) result.back.push(job);
        else if (!mayTakeSlot(taken, free, originWeight) || taken >= opening.slotsOf(origin))
          result.wait.push({ job, reason: 'origin' });
        else if (!mayTakeSlot(ofProject, free, projectWeight)) result.wait.push({ job, reason: 'project' });
        else {
          result.go.push(job);
          count(more.origins, origin, 1);
          count(more.projects, job.project_id, 1);
        }
      }
      if (result.wait.length > 0) turnedAway = true;
      return result;
    },
    noneWaits() {
      turnedAway = false;
    },
    left(projectId, origin) {
      const key = originKey(projectId, origin);
      return Math.min(
        leftTo(key, origins.get(key) ?? 0),
        slotsToTake(projects.get(projectId) ?? 0, slots.free, projectWeight),
      );
    },
    crowded: () => chosen(origins, (_, taken) => !mayTakeSlot(taken, slots.free, originWeight)),
    opening: () => chosen(origins, (key, taken) => taken >= opening.slotsOf(key)),
  };
}

function chosen(
  origins: ReadonlyMap<string, number>,
  isChosen: (key: string, taken: number) => boolean,
): CrowdedOrigin[] {
  const keys = [...origins].filter(([key, taken]) => isChosen(key, taken)).map(([key]) => key.split(' '));
  return keys.map(([projectId = '', origin = '']) => ({ projectId, origin }));
}

function busiestOf(origins: ReadonlyMap<string, number>): [origin: string, taken: number] | undefined {
  let busiest: [string, number] | undefined;
  for (const one of origins) if (busiest === undefined || one[1] > busiest[1]) busiest = one;
  return busiest;
}

function originKey(projectId: string, origin: string): string {
  return `${projectId} ${origin}`;
}

function count(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const now = (counts.get(key) ?? 0) + change;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}
