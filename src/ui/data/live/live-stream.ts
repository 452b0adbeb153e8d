import type { LiveChange, LiveHello, LiveTopic } from '#src/contract/live/live-topics.ts';

/** `off` means that the stream reports nothing, so pages have to poll. */
export type LiveState = 'opening' | 'live' | 'off';

export type LiveHandlers = { onChange: (topic: LiveTopic) => void; onState: (state: LiveState) => void };

export type LiveStream = { want(topics: ReadonlySet<LiveTopic>): void; close(): void };

/**
 * Longest wait for the first message. Behind a proxy that buffers, a stream looks open although nothing ever arrives.
 */
const helloMs = 5_000;
/** Longest silence before the stream counts as lost. The server sends a message at least every 12 s. */
const silenceMs = 30_000;
const firstRetryMs = 1_000;
const lastRetryMs = 15_000;
/** Delay before changed topics are sent. Topics change in bursts: one page closes, another one opens. */
const settleMs = 50;

/**
 * Opens a project's stream of changes, and opens it again whenever it is lost. It is open only while topics are wanted.
 */
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
    // A random delay keeps the browsers from reconnecting all at once after a restart.
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
        // The next call leads a user who was signed out to the sign-in page, so the stream need not retry soon.
        retryMs = lastRetryMs;
        lose();
      },
      lost: lose,
    });
    watch(helloMs);
  };
  /** Sends the topics to the stream. If the server does not take them, a new stream is opened with these topics. */
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
  /** Called at every message. */
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
  // The browser would reconnect by itself, but it does not know the new topics. It does not know either when a retry is
  // useless.
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
    signal: AbortSignal.timeout(helloMs),
  }).catch(() => null);
  return answer?.ok ?? false;
}
