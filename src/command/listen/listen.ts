import { setTimeout as pause } from 'node:timers/promises';
import { CommandError, exitCodes } from '#src/command/command-error.ts';
import { type Connection, type ConnectionOptions, findConnection, httpUrl } from '#src/command/find-connection.ts';
import type { ListenerMessage, ListenerReady } from '#src/contract/endpoint/listener.ts';
import { sentence } from '#src/domain/decide/outcome-text.ts';
import { clock } from './listen-line.ts';
import { makePass, type Passing } from './listen-pass.ts';
import { holdStream } from './listen-stream.ts';

export type ListenOptions = ConnectionOptions & Readonly<{ forward: string; events?: string | undefined }>;

/** The output and the stop signal of `listen`. With `show`, events go there, and only what else is said is printed. */
export type ListenSurroundings = Pick<Passing, 'print' | 'show' | 'signal'>;

const firstPauseMs = 500;
const longestPauseMs = 15_000;
const leaveTimeoutMs = 2_000;

/**
 * Receives a project's events and forwards them unchanged until the signal fires. A broken stream is opened again for
 * the same listener, and the server keeps new events until then. Throws a CommandError when the first stream cannot be
 * opened.
 */
export async function listen(options: ListenOptions, { print, show, signal }: ListenSurroundings): Promise<void> {
  const target = httpUrl(options.forward, '--forward');
  const connection = await findConnection(options);
  const pass = makePass({ connection, target, print, show, signal });
  const say = (what: string) => print(`${clock(new Date())}  ${what}`);
  let pauseMs = firstPauseMs;
  let listener: string | undefined;
  const onReady = ({ id, events }: ListenerReady) => {
    if (listener === undefined) {
      say(`Listening to ${connection.url} for ${events.join(', ')}; forwarding to ${target.href}. Ctrl-C stops.`);
    } else {
      if (id !== listener) say('It took too long: what ended meanwhile is not forwarded.');
      say(`Listening to ${connection.url} again.`);
    }
    listener = id;
    pauseMs = firstPauseMs;
  };
  const onMessage = (message: ListenerMessage) => void pass(message, listener ?? '');
  for (;;) {
    const broken = await holdStream(connection, { events: options.events, listener }, { onReady, onMessage }, signal);
    if (broken === null) break;
    if (listener === undefined) throw new CommandError(sentence(`Cannot listen: ${broken}`), exitCodes.away);
    say(`Lost the stream: ${sentence(broken)} Trying again; what ends meanwhile waits.`);
    await pause(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
  if (listener !== undefined) await leave(connection, listener);
  print('Stopped listening.');
}

/**
 * Deletes the listener, so that the server keeps no events for it. If this call fails, the server keeps them for a
 * while.
 */
async function leave({ url, apiKey }: Connection, listener: string): Promise<void> {
  await fetch(`${url}/v1/listeners/${listener}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${apiKey}` },
    redirect: 'error',
    signal: AbortSignal.timeout(leaveTimeoutMs),
  }).catch(() => undefined);
}
