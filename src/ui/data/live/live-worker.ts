import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { type FromTab, type FromWorker, hereMs } from './live-messages.ts';
import { type LiveState, type LiveStream, openLiveStream } from './live-stream.ts';

// This worker holds the streams for all tabs of a browser. Browsers allow a site six connections, and a stream per tab
// would use them up. It is not a service worker, because that would need https.

type Tab = { port: MessagePort; projectId: string; topics: readonly LiveTopic[]; seenAtMs: number };
type Held = { stream: LiveStream; state: LiveState };

/** Time after which a silent tab counts as dead. Browsers allow tabs in the background one timer a minute. */
const deadMs = 150_000;
const tabs = new Map<MessagePort, Tab>();
const held = new Map<string, Held>();

function tell(tab: Tab, message: FromWorker): void {
  tab.port.postMessage(message);
}

function tabsOf(projectId: string): Tab[] {
  return [...tabs.values()].filter((tab) => tab.projectId === projectId);
}

function hold(projectId: string): Held {
  const known = held.get(projectId);
  if (known) return known;
  const stream = openLiveStream(projectId, {
    onChange(topic) {
      for (const tab of tabsOf(projectId)) if (tab.topics.includes(topic)) tell(tab, { kind: 'change', topic });
    },
    onState(state) {
      made.state = state;
      for (const tab of tabsOf(projectId)) tell(tab, { kind: 'state', state });
    },
  });
  const made: Held = { stream, state: 'opening' };
  held.set(projectId, made);
  return made;
}

/** Gives each stream the topics that its tabs want together. A stream that no tab wants is closed. */
function share(): void {
  for (const tab of tabs.values()) if (tab.topics.length > 0) hold(tab.projectId);
  for (const [projectId, { stream }] of held) {
    const topics = new Set(tabsOf(projectId).flatMap((tab) => tab.topics));
    stream.want(topics);
    if (topics.size > 0) continue;
    stream.close();
    held.delete(projectId);
  }
}

function hear(port: MessagePort, message: FromTab): void {
  if (message.kind === 'bye') tabs.delete(port);
  const known = tabs.get(port);
  if (known) known.seenAtMs = Date.now();
  if (message.kind === 'want') {
    const tab = { port, projectId: message.projectId, topics: message.topics, seenAtMs: Date.now() };
    tabs.set(port, tab);
    if (message.topics.length > 0) tell(tab, { kind: 'state', state: hold(message.projectId).state });
  }
  if (message.kind !== 'here') share();
}

setInterval(() => {
  const limit = Date.now() - deadMs;
  const dead = [...tabs.values()].filter(({ seenAtMs }) => seenAtMs < limit);
  for (const { port } of dead) tabs.delete(port);
  if (dead.length > 0) share();
}, hereMs);

// TypeScript takes this file for the code of a page, which has no `onconnect`.
(globalThis as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports: [port] }) => {
  if (!port) return;
  port.onmessage = (event: MessageEvent<FromTab>) => hear(port, event.data);
};
