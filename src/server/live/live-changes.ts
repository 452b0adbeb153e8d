import { randomUUID } from 'node:crypto';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import type { markWatched } from '#src/store/dashboard/watched.ts';
import { type MarkOf, readMarks } from './marks.ts';

/** The shortest time between two queries: at most two a second. */
const gapMs = 500;
/** The longest time between two queries. Changes without a notification, such as a claim, are found this late. */
const idleMs = 1_000;
/** The shortest time between two reports of an overview, which costs more than a list and may be older. */
const overviewGapMs = 5_000;

/** The stream of one browser window. It reports the topics that have changed since the last report. */
export type LiveStream = {
  id: string;
  /** The caller that opened the stream. Nobody else may change it. */
  owner: string;
  projectId: string;
  setTopics(topics: ReadonlySet<LiveTopic>): void;
  /** Resolves with the changed topics, or with none after `wake` or the timeout. */
  changes(withinMs: number): Promise<LiveTopic[]>;
  wake(): void;
  close(): void;
};

/**
 * The watcher that reports changed topics to all streams. One query serves all of them: after a notification, and every
 * second.
 */
export type Live = {
  open(owner: string, projectId: string, topics: ReadonlySet<LiveTopic>): LiveStream;
  find(id: string): LiveStream | undefined;
  /** Reports a change, so that the next query runs soon. */
  wake(): void;
  /** Ends all streams, and stops looking for changes. */
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
    // A notified change is often followed by one without a notification. For example, a claim follows a submit.
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
  // The last reported mark of each topic. A new topic has none, so the first query reports it. This covers changes
  // between the moment a page read its data and the moment it began to watch.
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
