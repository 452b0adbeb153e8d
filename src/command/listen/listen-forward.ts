import { type IncomingHttpHeaders, type IncomingMessage, request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';
import { listenerLimits } from '#src/domain/limits.ts';

/** The headers of a webhook and the exact bytes of its body. */
export type Webhook = Readonly<{ headers: Readonly<Record<string, string>>; body: Buffer }>;

/** The result of a forward. A `problem` means that no response came. `status` is then 504 after a timeout, else 502. */
export type Forwarded = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  /** The first 16 KiB of the response body. */
  body: Buffer;
  ms: number;
  problem: string | null;
}>;

/**
 * Posts a webhook unchanged; only the headers that a connection needs are added. Rejects only when the signal fires.
 */
export async function forward(target: URL, webhook: Webhook, signal: AbortSignal): Promise<Forwarded> {
  const startedAt = performance.now();
  const tooLate = AbortSignal.timeout(listenerLimits.handlerMs);
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    const answer = await post(target, webhook, AbortSignal.any([signal, tooLate]));
    signal.throwIfAborted();
    return { ...answer, ms: ms(), problem: null };
  } catch (error) {
    if (signal.aborted) throw error;
    const late = tooLate.aborted;
    const problem = late ? `no answer within ${listenerLimits.handlerMs / 1000} s` : describe(error, target);
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const body = Buffer.from(`ringback listen: ${problem}\n`);
    return { status: late ? 504 : 502, headers, body, ms: ms(), problem };
  }
}

function post(
  target: URL,
  { headers, body }: Webhook,
  signal: AbortSignal,
): Promise<Pick<Forwarded, 'status' | 'headers' | 'body'>> {
  return new Promise((resolve, reject) => {
    const open = target.protocol === 'https:' ? overTls : overHttp;
    const request = open(target, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.byteLength },
      // An app in development restarts often, which would break a kept connection.
      agent: false,
      signal,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      readStart(response).then(
        (start) =>
          resolve({ status: response.statusCode ?? 502, headers: singleValues(response.headers), body: start }),
        reject,
      );
    });
    request.end(body);
  });
}

/**
 * Reads the response to its end, so that the measured time covers all of it. Keeps only the start. A body that stalls or
 * is cut changes nothing: the status says whether the app has the event.
 */
async function readStart(response: IncomingMessage): Promise<Buffer> {
  const kept: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (size < listenerLimits.answerBytes) kept.push(chunk);
      size += chunk.byteLength;
    }
  } catch {
    // What came before is kept.
  }
  return Buffer.concat(kept).subarray(0, listenerLimits.answerBytes);
}

function singleValues(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && value.length <= 4_096 ? [[name, value] as const] : [],
  );
  return Object.fromEntries(entries.slice(0, 64));
}

function describe(error: unknown, target: URL): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return `nothing listens at ${target.origin}: is your app running?`;
  if (code === 'ENOTFOUND') return `there is no host ${target.hostname}`;
  if (code === 'ECONNRESET') return `${target.origin} broke the connection off`;
  return message || code || 'the request failed';
}
