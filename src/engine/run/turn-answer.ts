import { isRecord } from '#src/contract/shape/shape.ts';
import { runLimits } from '#src/domain/limits.ts';
import { findBadText } from '#src/domain/text/text-check.ts';
import { decodeUtf8 } from '#src/domain/text/utf8.ts';
import type { RunFailure } from '#src/store/run/run-rows.ts';

/** What the route has answered to a turn. `result` is JSON. */
export type TurnAnswer =
  | { state: 'waiting'; on: string[] }
  | { state: 'completed'; result: string | null }
  | { state: 'failed'; error: RunFailure };

const longestMessage = 2_000;
const longestCode = 100;

/** Reads the answer to a turn. One that cannot be read is a failure of the run: the same turn would give it again. */
export function readTurnAnswer(body: Uint8Array): TurnAnswer {
  const answer = readJson(body);
  switch (answer?.state) {
    case 'waiting':
      return { state: 'waiting', on: keysOf(answer.on) };
    case 'completed':
      return completed(answer.result);
    case 'failed':
      return { state: 'failed', error: readFailure(answer.error) ?? unread };
    case 'stale': {
      const message =
        'The route did not find this turn. Its RINGBACK_URL or API key is that of another Ringback, or of another project.';
      return { state: 'failed', error: { code: 'wrong_ringback', message } };
    }
    default:
      return { state: 'failed', error: unread };
  }
}

const unread: RunFailure = {
  code: 'bad_answer',
  message: 'The route answered, but not as `serve` does. Is `POST` of this route made with it?',
};

function completed(result: unknown): TurnAnswer {
  if (result === undefined) return { state: 'completed', result: null };
  const text = JSON.stringify(result);
  if (Buffer.byteLength(text) <= runLimits.resultBytes) return { state: 'completed', result: text };
  const most = runLimits.resultBytes.toLocaleString('en-US');
  const message = `What the handler returned is longer than ${most} bytes of JSON.`;
  return { state: 'failed', error: { code: 'result_too_large', message } };
}

/** Returns the error that the route gave when it failed with a status, or null. */
export function readThrown(body: Uint8Array | null): RunFailure | null {
  return body === null ? null : readFailure(readJson(body)?.error);
}

function readFailure(error: unknown): RunFailure | null {
  if (!isRecord(error) || typeof error.message !== 'string') return null;
  const code = typeof error.code === 'string' ? error.code : 'handler_threw';
  return { code: cut(code, longestCode), message: cut(error.message, longestMessage) };
}

/** Returns a text that can be stored. */
function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed().replaceAll('\u0000', '\uFFFD');
}

function keysOf(on: unknown): string[] {
  if (!Array.isArray(on)) return [];
  return on.filter(
    (key): key is string => typeof key === 'string' && key.length <= runLimits.keyLength && findBadText(key) === null,
  );
}

function readJson(body: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(decodeUtf8(body) ?? '');
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
