import pg from 'pg';
import type { Db } from './database.ts';

/**
 * A signal sent by NOTIFY. `due`: messages of jobs or deliveries wait. `submitted`: messages of jobs wait, or will in the
 * milliseconds of the payload. `ended`: jobs have ended or changed. `cancelled`: the job
 * in the payload must stop. `listener`: the listener in the payload has a message, or the message in it has an answer.
 * `secrets`: signing secrets have changed. `line`: jobs may leave the lines of flows. `cooldown`: a target asked for a pause.
 * `pause`: a project or a host was paused or resumed.
 * `events`: the stream of the job in the payload has more events, or has ended. All are hints: polling finds the same
 * changes a little later.
 */
export type Signal =
  | 'due'
  | 'submitted'
  | 'ended'
  | 'cancelled'
  | 'listener'
  | 'secrets'
  | 'line'
  | 'cooldown'
  | 'pause'
  | 'events';

const channels: Record<Signal, string> = {
  due: 'ringback_due',
  submitted: 'ringback_submitted',
  ended: 'ringback_ended',
  cancelled: 'ringback_cancelled',
  listener: 'ringback_listener',
  secrets: 'ringback_secrets',
  line: 'ringback_line',
  cooldown: 'ringback_cooldown',
  pause: 'ringback_pause',
  events: 'ringback_events',
};

/**
 * Sends a signal to all processes. Call it after the commit that it is about. It never waits and never fails: polling
 * makes up for a lost signal.
 */
export type Notify = (signal: Signal, payload?: string) => void;

/**
 * Makes the function that sends signals. NOTIFY inside a transaction takes a lock that makes all notifying commits wait
 * for each other, with their disk writes. So signals are sent in a statement of their own. Equal signals that come
 * while one is being sent are sent once.
 */
export function makeNotify(db: Db): Notify {
  const waiting = new Map<string, [channel: string, payload: string]>();
  let sending = false;
  const send = async () => {
    sending = true;
    while (waiting.size > 0) {
      const said = [...waiting.values()];
      waiting.clear();
      const columns = [said.map(([channel]) => channel), said.map(([, payload]) => payload)];
      await db
        .run(
          'notify',
          'select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as t(channel, payload)',
          columns,
        )
        .catch(() => undefined);
    }
    sending = false;
  };
  return (signal, payload = '') => {
    waiting.set(`${signal} ${payload}`, [channels[signal], payload]);
    if (!sending) void send();
  };
}

/** A connection that signals come in by (LISTEN). */
export type WakeConnection = { close(): Promise<void> };

/**
 * Listens on its own connection, and connects again if the connection is lost or not ready in time. Every `checkMs` it
 * asks the server for an answer: a network that drops a connection without a word would otherwise be noticed after hours.
 * After each connect every signal except `cancelled` fires once.
 */
export function openWakeConnection(
  url: string,
  handlers: Partial<Record<Signal, (payload: string) => void>>,
  { dialTimeoutMs = 5_000, checkMs = 15_000 } = {},
): WakeConnection {
  let closed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let check: NodeJS.Timeout | undefined;

  const fire = (channel: string, payload: string) => {
    for (const signal of Object.keys(handlers) as Signal[]) {
      if (channels[signal] === channel) handlers[signal]?.(payload);
    }
  };

  const dial = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'ringback wake',
      keepAlive: true,
      connectionTimeoutMillis: dialTimeoutMs,
      query_timeout: dialTimeoutMs,
    });
    let lost = false;
    const redial = () => {
      if (lost || closed) return;
      lost = true;
      clearInterval(check);
      next.end().catch(() => undefined);
      timer = setTimeout(() => void dial(), 250);
    };
    next.on('error', redial);
    next.on('end', redial);
    next.on('notification', (message) => fire(message.channel, message.payload ?? ''));
    try {
      await next.connect();
      await next.query((Object.keys(handlers) as Signal[]).map((signal) => `listen ${channels[signal]}`).join('; '));
      client = next;
      if (closed) return void next.end().catch(() => undefined);
      check = setInterval(() => void next.query('select 1').catch(redial), checkMs);
      // Signals sent while nobody listened are lost. One call of each handler makes up for them.
      for (const signal of Object.keys(handlers) as Signal[]) if (signal !== 'cancelled') handlers[signal]?.('');
    } catch {
      redial();
    }
  };
  void dial();

  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      clearInterval(check);
      // Over a connection that the network has dropped, the server's goodbye never comes.
      const patience = new Promise((resolve) => setTimeout(resolve, dialTimeoutMs).unref());
      await Promise.race([client?.end().catch(() => undefined), patience]);
    },
  };
}
