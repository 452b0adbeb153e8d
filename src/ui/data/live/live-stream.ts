import type { LiveChange, LiveHello, LiveTopic } from '#src/contract/live/live-topics.ts';

/** `off`: nothing is being told, so pages have to ask. */
export type LiveState = 'opening' | 'live' | 'off';

export type LiveHandlers = { onChange: (topic: LiveTopic) => void; onState: (state: LiveState) => void };

export type LiveStream = { want(topics: ReadonlySet<LiveTopic>): void; close(): void };

/** A proxy that buffers would let the stream look open while nothing ever comes through. */
const helloMs = 5_000;
/** The server shows every 12 s that it is there. */
const silenceMs = 30_000;
const firstRetryMs = 1_000;
const lastRetryMs = 15_000;
/** Topics change in bursts: a page goes, another one comes. */
const settleMs = 50;

/** A project's stream of changes, opened again whenever it is lost; open only while something is wanted. */
export function openLiveStream(projectId: string, { onChange, onState }: LiveHandlers): LiveStream {
  let wanted: ReadonlySet<LiveTopic> = new Set();
  let sent = '';
  let id: string | null = null;
  let source: EventSource | null = null;
  let retryMs = firstRetryMs;
  let watchdog: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let settle: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const wantedText = () => [...wanted].sort().join(',');

  const drop = () => {
    clearTimeout(watchdog);
    clearTimeout(retry);
    source?.close();
    source = null;
    id = null;
  };
  const lose = () => {
    drop();
    onState('off');
    // Not all browsers at once, after a restart.
    retry = setTimeout(open, retryMs * (0.75 + Math.random() / 2));
    retryMs = Math.min(retryMs * 2, lastRetryMs);
  };
  const watch = (ms: number) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(lose, ms);
  };
  const open = () => {
    drop();
    if (closed || wanted.size === 0) return;
    sent = wantedText();
    source = openSource(projectId, sent, {
      hello(streamId) {
        id = streamId;
        retryMs = firstRetryMs;
        onState('live');
        void send();
      },
      change: onChange,
      beat: () => watch(silenceMs),
      end() {
        // Whoever has been signed out is led to the sign-in by the next call; here there is no hurry to try again.
        retryMs = lastRetryMs;
        lose();
      },
      lost: lose,
    });
    watch(helloMs);
  };
  /** Tells the stream its topics; when it does not take them, a new one is opened that has them. */
  const send = async () => {
    const topics = wantedText();
    if (id === null || topics === sent) return;
    const of = source;
    sent = topics;
    if (!(await postTopics(projectId, id, [...wanted])) && source === of) open();
  };
  const apply = () => {
    if (wanted.size === 0) drop();
    else if (source === null) open();
    else void send();
  };

  return {
    want(topics) {
      wanted = new Set(topics);
      clearTimeout(settle);
      settle = setTimeout(apply, settleMs);
    },
    close() {
      closed = true;
      clearTimeout(settle);
      drop();
    },
  };
}

type Heard = {
  hello: (id: string) => void;
  change: (topic: LiveTopic) => void;
  /** Anything at all. */
  beat: () => void;
  end: () => void;
  lost: () => void;
};

function openSource(projectId: string, topics: string, heard: Heard): EventSource {
  const source = new EventSource(`/api/live?${new URLSearchParams({ project: projectId, topics })}`);
  const on = (type: string, act: (data: unknown) => void) =>
    source.addEventListener(type, (event) => {
      if (source.readyState === EventSource.CLOSED) return;
      heard.beat();
      act(JSON.parse(event.data));
    });
  on('hello', (data) => heard.hello((data as LiveHello).id));
  on('change', (data) => heard.change((data as LiveChange).topic));
  on('ping', () => undefined);
  on('end', heard.end);
  // The browser would try again by itself, but knows neither the new topics nor when it is no use.
  source.onerror = () => {
    source.close();
    heard.lost();
  };
  return source;
}

async function postTopics(projectId: string, id: string, topics: LiveTopic[]): Promise<boolean> {
  const answer = await fetch(`/api/live/${id}?${new URLSearchParams({ project: projectId })}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ topics }),
  }).catch(() => null);
  return answer?.ok ?? false;
}
