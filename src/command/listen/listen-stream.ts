import { readServerSentEvents } from '#src/client/call/server-sent-events.ts';
import { CommandError } from '#src/command/command-error.ts';
import type { Connection } from '#src/command/find-connection.ts';
import type { ListenerEnd, ListenerMessage, ListenerReady } from '#src/contract/endpoint/listener.ts';
import { sentence } from '#src/domain/decide/outcome-text.ts';
import { listenerLimits } from '#src/domain/limits.ts';

export type StreamHandlers = Readonly<{
  onReady(ready: ListenerReady): void;
  onMessage(message: ListenerMessage): void;
}>;

/**
 * The events to listen to, and the listener whose stream is opened again. Without `listener` the server makes a new
 * one.
 */
export type Wanted = Readonly<{ events: string | undefined; listener: string | undefined }>;

/**
 * Reads the stream until it ends. Returns the reason when the stream broke, and null when the signal fired. Throws a
 * CommandError when opening the stream again cannot help.
 */
export async function holdStream(
  { url, apiKey }: Connection,
  wanted: Wanted,
  handlers: StreamHandlers,
  signal: AbortSignal,
): Promise<string | null> {
  const silence = new AbortController();
  const listenTimer = setTimeout(() => silence.abort(), listenerLimits.silenceMs);
  try {
    const response = await fetch(`${url}/v1/listeners/stream?${queryOf(wanted)}`, {
      headers: { authorization: `Bearer ${apiKey}`, accept: 'text/event-stream' },
      redirect: 'error',
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!isStream(response)) return await refused(response, url);
    for await (const { type, data } of readServerSentEvents(response.body as ReadableStream<Uint8Array>)) {
      listenTimer.refresh();
      if (data === undefined) continue;
      if (type === 'ready') handlers.onReady(JSON.parse(data) as ListenerReady);
      else if (type === 'message') handlers.onMessage(JSON.parse(data) as ListenerMessage);
      else if (type === 'end') throw ended(JSON.parse(data) as ListenerEnd);
    }
    return signal.aborted ? null : 'the server ended the stream';
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (signal.aborted) return null;
    return silence.signal.aborted ? 'nothing came any more' : whyUnreachable(error, url);
  } finally {
    clearTimeout(listenTimer);
  }
}

function queryOf({ events, listener }: Wanted): URLSearchParams {
  return new URLSearchParams({ ...(events !== undefined && { events }), ...(listener !== undefined && { listener }) });
}

function isStream(response: Response): boolean {
  return response.status === 200 && (response.headers.get('content-type') ?? '').startsWith('text/event-stream');
}

/** Returns why the server refused, if a later attempt may help. Throws a CommandError otherwise. */
export async function refused(response: Response, url: string): Promise<string> {
  const problem = (await response.json().catch(() => null)) as { code?: unknown; detail?: unknown } | null;
  const detail = typeof problem?.detail === 'string' ? problem.detail : '';
  const { status } = response;
  if (status >= 500 || status === 429) return `${url} answered ${status}${detail && `: ${detail}`}`;
  if (typeof problem?.code !== 'string') {
    throw new CommandError(`${url} answered ${status} and does not look like a Ringback that can be listened to.`);
  }
  if (status === 401) throw new CommandError(sentence(`${url} does not accept the API key: ${detail}`));
  if (problem.code === 'missing_scope') {
    throw new CommandError(`The API key may not do this: ${sentence(detail)} Make one with the scope callbacks:admin.`);
  }
  throw new CommandError(sentence(`${url} refused: ${detail}`));
}

export function whyUnreachable(error: unknown, url: string): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  if (cause?.code === 'ECONNREFUSED') return `nothing listens at ${url}: is Ringback running?`;
  if (cause?.code === 'ENOTFOUND') return `there is no host ${new URL(url).hostname}`;
  return `${url} cannot be reached: ${cause?.message || cause?.code || (error as Error).message}`;
}

function ended({ code, message }: ListenerEnd): CommandError {
  const next = code === 'unauthorized' ? '' : ' Start again to listen on.';
  return new CommandError(`Stopped listening: ${sentence(message)}${next}`);
}
