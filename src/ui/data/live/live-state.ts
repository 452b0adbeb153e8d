import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { type FromTab, type FromWorker, hereMs } from './live-messages.ts';
import { type LiveState, openLiveStream } from './live-stream.ts';

// This module holds the topics that this tab watches, and the link that reports their changes. The link is the worker
// that the tab shares with other tabs. In a browser without shared workers, the tab has a stream of its own.

type Watcher = { topics: ReadonlySet<LiveTopic>; onChange: (topic: LiveTopic) => void };
/** `idle` means that nothing on this tab needs live changes. */
export type TabState = LiveState | 'idle';
type Link = { want(projectId: string, topics: ReadonlySet<LiveTopic>): void };

const watchers = new Set<Watcher>();
const stateListeners = new Set<() => void>();
let state: TabState = 'idle';
/**
 * State that the link reported last. The link does not report it again to a page that follows another on the same
 * stream.
 */
let linkState: LiveState = 'opening';
let projectId: string | null = null;
let link: Link | null = null;

/** Watches topics of a project until the returned function is called. A tab shows one project at a time. */
export function watchLive(
  ofProject: string,
  topics: readonly LiveTopic[],
  onChange: (topic: LiveTopic) => void,
): () => void {
  const watcher = { topics: new Set(topics), onChange };
  projectId = ofProject;
  watchers.add(watcher);
  want();
  return () => {
    watchers.delete(watcher);
    want();
  };
}

export function liveState(): TabState {
  return state;
}

export function subscribeLiveState(listener: () => void): () => void {
  stateListeners.add(listener);
  return () => stateListeners.delete(listener);
}

function want(): void {
  if (projectId === null) return;
  const topics = new Set([...watchers].flatMap((watcher) => [...watcher.topics]));
  link ??= shareWorker() ?? ownStream();
  link.want(projectId, topics);
  setState(topics.size === 0 ? 'idle' : linkState);
}

function changed(topic: LiveTopic): void {
  for (const watcher of [...watchers]) if (watcher.topics.has(topic)) watcher.onChange(topic);
}

function heard(next: LiveState): void {
  linkState = next;
  if (watchers.size > 0) setState(next);
}

function setState(next: TabState): void {
  if (next === state) return;
  state = next;
  for (const listener of stateListeners) listener();
}

function shareWorker(): Link | null {
  if (typeof SharedWorker === 'undefined') return null;
  let worker: SharedWorker;
  try {
    worker = new SharedWorker(new URL('./live-worker.ts', import.meta.url), { type: 'module', name: 'ringback live' });
  } catch {
    return null;
  }
  const say = (message: FromTab) => worker.port.postMessage(message);
  // A worker script that cannot be loaded or run is reported only here.
  worker.onerror = () => {
    clearInterval(here);
    link = ownStream();
    want();
  };
  worker.port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.kind === 'change') changed(data.topic);
    else heard(data.state);
  };
  const here = setInterval(() => say({ kind: 'here' }), hereMs);
  window.addEventListener('pagehide', () => say({ kind: 'bye' }));
  // A page that comes back from the browser's cache has sent `bye` before, so it must ask for its topics again.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) want();
  });
  return { want: (id, topics) => say({ kind: 'want', projectId: id, topics: [...topics] }) };
}

function ownStream(): Link {
  let of: string | null = null;
  let stream: ReturnType<typeof openLiveStream> | null = null;
  return {
    want(id, topics) {
      if (of !== id) {
        stream?.close();
        of = id;
        stream = openLiveStream(id, { onChange: changed, onState: heard });
      }
      stream?.want(topics);
    },
  };
}
