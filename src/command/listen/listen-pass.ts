import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '#src/command/find-connection.ts';
import type { ListenerAnswer, ListenerMessage } from '#src/contract/endpoint/listener.ts';
import { listenerLimits } from '#src/domain/limits.ts';
import { webhookIdHeader } from '#src/domain/text/signature.ts';
import { type Forwarded, forward } from './listen-forward.ts';
import { clock, type EventRecord, eventLine, eventRecord, printable } from './listen-line.ts';
import { whyUnreachable } from './listen-stream.ts';

export type Passing = Readonly<{
  connection: Connection;
  target: URL;
  print(line: string): void;
  /** Prints an event that was forwarded, in place of a line. */
  show?: ((event: EventRecord) => void) | undefined;
  signal: AbortSignal;
}>;

const answerTimeoutMs = 5_000;
const tellAgainMs = 500;
/** The number of messages, and of events, to remember. A new stream may bring them a second time. */
const remembered = 1_000;

/** `isTaken`: the server accepted the answer. `isOver`: sending it again would change nothing. */
type Told = { isTaken: boolean; isOver: boolean; problem: string };

/**
 * Makes a function that forwards messages, answers them and prints a line for each. It does not depend on the stream
 * that brought a message: when the stream breaks, a running forward is finished. The next stream repeats the messages
 * without an answer. The server also tries a delivery again when its answer did not arrive. The app gets neither a
 * second time after it has answered 2xx.
 */
export function makePass(passing: Passing): (message: ListenerMessage, listener: string) => Promise<void> {
  const { target, print, show, signal } = passing;
  const messages = new Map<string, true>();
  const events = new Map<string, Promise<Forwarded>>();

  const handOn = async (message: ListenerMessage, listener: string, at: Date): Promise<void> => {
    const webhook = { headers: message.headers, body: Buffer.from(message.body, 'base64') };
    const event = message.headers[webhookIdHeader] ?? message.id;
    const before = events.get(event);
    const forwarding = before ?? forward(target, webhook, signal);
    if (!before) keep(events, event, forwarding);
    const forwarded = await forwarding;
    const told = await tell(passing, listener, answerTo(message.id, forwarded));
    const isDone = forwarded.status >= 200 && forwarded.status <= 299;
    if ((told.isTaken || !isDone) && events.get(event) === forwarding) events.delete(event);
    if (!told.isTaken) messages.delete(message.id);
    const next = told.isTaken || !isDone ? '' : 'it is told at the next attempt';
    const note = notes(before && 'forwarded before', told.problem, next);
    if (show) show(eventRecord(at, webhook, forwarded, note));
    else print(eventLine(at, webhook, forwarded, note));
  };

  return async (message, listener) => {
    if (messages.has(message.id)) return;
    keep(messages, message.id, true);
    const at = new Date();
    if (message.refused !== undefined) {
      const id = printable(message.headers[webhookIdHeader]);
      print(`${clock(at)}  ${id} was not forwarded: ${printable(message.refused)}`);
      return;
    }
    try {
      await handOn(message, listener, at);
    } catch (error) {
      if (!signal.aborted) print(`${clock(at)}  An event could not be forwarded: ${(error as Error).message}`);
    }
  };
}

function keep<T>(known: Map<string, T>, key: string, value: T): void {
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > remembered && oldest !== undefined) known.delete(oldest);
}

function notes(...all: (string | undefined)[]): string {
  return all.filter(Boolean).join('; ');
}

function answerTo(messageId: string, { status, headers, body }: Forwarded): ListenerAnswer {
  // A status outside 200–599 cannot be passed on as a final response.
  const final = status >= 200 && status <= 599 ? status : 502;
  return { messageId, status: final, headers, body: body.toString('base64') };
}

/**
 * Sends the handler's response to the server. Repeats this when the server cannot take it now but may still wait for
 * it.
 */
async function tell(passing: Passing, listener: string, answer: ListenerAnswer): Promise<Told> {
  const untilMs = performance.now() + listenerLimits.answerMs;
  for (;;) {
    const told = await tellOnce(passing, listener, answer);
    if (told.isTaken || told.isOver || performance.now() >= untilMs) return told;
    await pause(tellAgainMs, undefined, { signal: passing.signal });
  }
}

async function tellOnce(
  { connection: { url, apiKey }, signal }: Passing,
  listener: string,
  answer: ListenerAnswer,
): Promise<Told> {
  try {
    const response = await fetch(`${url}/v1/listeners/${listener}/answers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(answer),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
    });
    await response.body?.cancel();
    const { ok, status } = response;
    if (ok) return { isTaken: true, isOver: true, problem: '' };
    const problem = status === 404 ? 'too late: it is tried again' : `the answer was refused: ${status}`;
    return { isTaken: false, isOver: status < 500 && status !== 429, problem };
  } catch (error) {
    if (signal.aborted) throw error;
    return { isTaken: false, isOver: false, problem: `the answer did not arrive: ${whyUnreachable(error, url)}` };
  }
}
