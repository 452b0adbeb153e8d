import { randomUUID } from 'node:crypto';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import type { markWatched } from '#src/store/dashboard/watched.ts';
import { type MarkOf, readMarks } from './marks.ts';

/** At most twice a second, however much happens. */
const gapMs = 500;
/** What nobody has said anything about, such as a claim, is seen this late. */
const idleMs = 1_000;
/** An overview costs more than a list, and nobody reads it by the second. */
const overviewGapMs = 5_000;

/** Somebody's stream: which topics have changed since they were last told. */
export type LiveStream = {
  id: string;
  /** Who opened it, and no one else may change it. */
  owner: string;
  projectId: string;
  setTopics(topics: ReadonlySet<LiveTopic>): void;
  /** Resolves with what has changed, with nothing when woken or after so long. */
  changes(withinMs: number): Promise<LiveTopic[]>;
  wake(): void;
  close(): void;
};

/** Tells streams what has changed: one query for all of them, when something has happened and every second. */
export type Live = {
  open(owner: string, projectId: string, topics: ReadonlySet<LiveTopic>): LiveStream;
  find(id: string): LiveStream | undefined;
  countOf(owner: string): number;
  /** Something has happened: look now. */
  wake(): void;
  /** Lets all streams end; no new one is told anything. */
  close(): void;
  readonly closed: boolean;
};

type Options = { now: () => number; onError: (error: unknown) => void };
type Watcher = LiveStream & { topics: ReadonlySet<LiveTopic>; compare(markOf: MarkOf, nowMs: number): void };

export function makeLive(db: Parameters<typeof markWatched>[0], { now, onError }: Options): Live {
  const streams = new Map<string, Watcher>();
  let closed = false;
  let looking = false;
  let timer: { at: number; handle: NodeJS.Timeout } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const lookBy = (at: number) => {
    if (closed || looking || streams.size === 0 || (timer && timer.at <= at)) return;
    clearTimeout(timer?.handle);
    timer = { at, handle: setTimeout(() => void look(), Math.max(0, at - now())) };
  };
  let restless = false;
  const wake = () => {
    restless = true;
    lookBy(lookedAt + gapMs);
  };
  const look = async () => {
    timer = undefined;
    looking = true;
    // What a signal speaks of is often followed by more: a submit by a claim, which nobody announces.
    const soon = restless;
    restless = false;
    lookedAt = now();
    try {
      const markOf = await readMarks(db, watching(streams.values()));
      for (const stream of streams.values()) stream.compare(markOf, now());
    } catch (error) {
      onError(error);
    }
    looking = false;
    lookBy(lookedAt + (soon || restless ? gapMs : idleMs));
  };

  return {
    open(owner, projectId, topics) {
      const stream = makeStream({ owner, projectId, wake, gone: (id) => streams.delete(id) });
      streams.set(stream.id, stream);
      stream.setTopics(topics);
      return stream;
    },
    find: (id) => streams.get(id),
    countOf: (owner) => [...streams.values()].filter((stream) => stream.owner === owner).length,
    wake,
    close() {
      closed = true;
      clearTimeout(timer?.handle);
      for (const stream of streams.values()) stream.wake();
    },
    get closed() {
      return closed;
    },
  };
}

function* watching(streams: Iterable<Watcher>): Generator<[string, LiveTopic]> {
  for (const { projectId, topics } of streams) for (const topic of topics) yield [projectId, topic];
}

type Making = { owner: string; projectId: string; wake: () => void; gone: (id: string) => void };

function makeStream({ owner, projectId, wake, gone }: Making): Watcher {
  const id = randomUUID();
  // How each topic stood when it was last told. A new topic has not been, so it is told at the first look: what has changed
  // between a page's reading and its watching is made good by that.
  const told = new Map<LiveTopic, string>();
  const changed = new Set<LiveTopic>();
  let overviewAtMs = Number.NEGATIVE_INFINITY;
  let ring: (() => void) | undefined;
  let topics: ReadonlySet<LiveTopic> = new Set();
  return {
    id,
    owner,
    projectId,
    get topics() {
      return topics;
    },
    setTopics(next) {
      topics = next;
      for (const known of [...told.keys()]) if (!next.has(known)) told.delete(known);
      wake();
    },
    compare(markOf, nowMs) {
      for (const topic of topics) {
        const mark = markOf(projectId, topic);
        if (told.get(topic) === mark || (topic === 'overview' && nowMs < overviewAtMs + overviewGapMs)) continue;
        told.set(topic, mark);
        changed.add(topic);
        if (topic === 'overview') overviewAtMs = nowMs;
      }
      if (changed.size > 0) ring?.();
    },
    async changes(withinMs) {
      if (changed.size === 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        ring = resolve;
        const timer = setTimeout(resolve, withinMs);
        await promise;
        clearTimeout(timer);
        ring = undefined;
      }
      const now = [...changed].filter((topic) => topics.has(topic));
      changed.clear();
      return now;
    },
    wake: () => ring?.(),
    close: () => gone(id),
  };
}
