import { setTimeout as pause } from 'node:timers/promises';
import type { ListenerAnswer, ListenerMessage, ListenerReady } from '#src/contract/listener.ts';
import { sentence } from '#src/domain/outcome-text.ts';
import { type Connection, type ConnectionOptions, findConnection, httpUrl } from './listen-connection.ts';
import { type Forwarded, forward } from './listen-forward.ts';
import { clock, eventLine } from './listen-line.ts';
import { holdStream, whyUnreachable } from './listen-stream.ts';
import { StartError } from './start-error.ts';
import { StopSignal } from './stop-signal.ts';

export type ListenOptions = ConnectionOptions & Readonly<{ forward: string; events?: string | undefined }>;

/** What listening needs of its surroundings. */
export type ListenSurroundings = Readonly<{ print(line: string): void; signal: AbortSignal }>;

const firstPauseMs = 500;
const longestPauseMs = 15_000;
const answerTimeoutMs = 5_000;

/** `ringback listen`: until Ctrl-C. */
export async function listenCommand(options: ListenOptions): Promise<void> {
  const stop = new StopSignal();
  stop.onInsist = () => process.exit(130);
  stop.listen();
  const controller = new AbortController();
  void stop.given.then(() => controller.abort());
  await listen(options, { print: (line) => console.log(line), signal: controller.signal });
  process.exit(0);
}

/**
 * Receives a project's events and forwards them, as they are, until the signal fires. A stream that breaks is opened again;
 * one that cannot be opened in the first place is a StartError.
 */
export async function listen(options: ListenOptions, { print, signal }: ListenSurroundings): Promise<void> {
  const target = httpUrl(options.forward, '--forward');
  const connection = await findConnection(options);
  let pauseMs = firstPauseMs;
  let wasReady = false;
  let listener = '';
  const onReady = ({ id, events }: ListenerReady) => {
    print(`${clock(new Date())}  ${greeting(connection, target, events, wasReady)}`);
    listener = id;
    wasReady = true;
    pauseMs = firstPauseMs;
  };
  for (;;) {
    const ended = new AbortController();
    // What the stream brought and nobody waits for any more is given up with it.
    const forwarding = AbortSignal.any([signal, ended.signal]);
    const onMessage = (message: ListenerMessage) =>
      void pass(message, { connection, target, listener, print, signal: forwarding });
    const broken = await holdStream(connection, options.events, { onReady, onMessage }, signal).finally(() =>
      ended.abort(),
    );
    if (broken === null) break;
    if (!wasReady) throw new StartError(sentence(`Cannot listen: ${broken}`));
    print(
      `${clock(new Date())}  Lost the stream: ${sentence(broken)} Trying again; events meanwhile are not forwarded.`,
    );
    await pause(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
  print('Stopped listening.');
}

function greeting({ url }: Connection, target: URL, events: readonly string[], again: boolean): string {
  if (again) return `Listening to ${url} again.`;
  return `Listening to ${url} for ${events.join(', ')}; forwarding to ${target.href}. Ctrl-C stops.`;
}

type Passing = Readonly<{
  connection: Connection;
  target: URL;
  listener: string;
  print(line: string): void;
  signal: AbortSignal;
}>;

/** Forwards one message, answers it, says so. Never rejects. */
async function pass({ id, headers, body }: ListenerMessage, passing: Passing): Promise<void> {
  const { connection, target, listener, print, signal } = passing;
  const at = new Date();
  const webhook = { headers, body: Buffer.from(body, 'base64') };
  try {
    const forwarded = await forward(target, webhook, signal);
    const note = await answer(connection, listener, id, forwarded, signal);
    print(eventLine(at, webhook, forwarded, note));
  } catch (error) {
    if (!signal.aborted) print(`${clock(at)}  An event could not be forwarded: ${(error as Error).message}`);
  }
}

/** Tells the server what the handler said; answers what went wrong with that, or ''. */
async function answer(
  { url, apiKey }: Connection,
  listener: string,
  messageId: string,
  { status, headers, body }: Forwarded,
  signal: AbortSignal,
): Promise<string> {
  // Below 200 there is nothing that could be passed on as a final answer.
  const passed: ListenerAnswer = {
    messageId,
    status: status >= 200 && status <= 599 ? status : 502,
    headers,
    body: body.toString('base64'),
  };
  try {
    const response = await fetch(`${url}/v1/listeners/${listener}/answers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(passed),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
    });
    await response.body?.cancel();
    if (response.ok) return '';
    return response.status === 404 ? 'too late: it is tried again' : `the answer was refused: ${response.status}`;
  } catch (error) {
    if (signal.aborted) throw error;
    return `the answer did not arrive: ${whyUnreachable(error, url)}`;
  }
}
