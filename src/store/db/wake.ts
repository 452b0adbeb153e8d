import pg from 'pg';
import type { Db } from './database.ts';

/**
 * What a NOTIFY may say. `due`: messages wait in a queue; `ended`: jobs have ended or moved on; `cancelled`: the job
 * named in the payload must stop; `listener`: the listener in the payload has a message, or the message an answer; `secrets`:
 * signing secrets have changed. All are hints: polling finds the same things a little later.
 */
export type Signal = 'due' | 'ended' | 'cancelled' | 'listener' | 'secrets';

const channels: Record<Signal, string> = {
  due: 'ringback_due',
  ended: 'ringback_ended',
  cancelled: 'ringback_cancelled',
  listener: 'ringback_listener',
  secrets: 'ringback_secrets',
};

/** Says a signal to all processes, after the commit it speaks of. Never waits and never fails: a hint that is lost is made good by polling. */
export type Notify = (signal: Signal, payload?: string) => void;

/**
 * NOTIFY inside a transaction takes a lock that all notifying commits queue for, their disk writes included; so it is sent
 * by itself, and what is said while one is on its way is said once.
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
 * Opens a connection for signals alone. It is dialled again when it is lost, or not there in time; after each dial every
 * signal fires once.
 */
export function openWakeConnection(
  url: string,
  handlers: Partial<Record<Signal, (payload: string) => void>>,
  { dialTimeoutMs = 5_000 } = {},
): WakeConnection {
  let closed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

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
      // Whatever was said while nobody listened is made good by one round of each.
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
      await client?.end().catch(() => undefined);
    },
  };
}
