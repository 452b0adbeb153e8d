import { callbackEvents, endEvents } from '#src/contract/event/event-names.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord, readShape, refuse } from '#src/contract/shape/shape.ts';
import { parseTargetUrl } from '#src/domain/egress/target-url.ts';
import { readGiveUpOn, readSchedule } from './delivery-retry.ts';
import { readHeaders } from './parse-headers.ts';
import type { CallbackInput, CallbackRetryInput } from './submit-input.ts';
import { callbackSchema } from './submit-schema.ts';
import type { CallbackSpec } from './submit-spec.ts';

/** Reads a job's callback, checks it and fills in defaults. Throws a Refusal that names the field. */
export function readCallback(input: unknown): CallbackSpec | null {
  if (input === undefined) return null;
  if (typeof input === 'string') {
    const url = readUrl(input, 'callback');
    return { url, endpoint: null, events: [...endEvents], headers: [], payload: 'full', ...asReceiver };
  }
  const headers = isRecord(input) ? readHeaders(input.headers, 'callback.headers', 'callback') : [];
  const callback = readShape(callbackSchema, isRecord(input) ? { ...input, headers: undefined } : input, 'callback');
  const events = [...new Set(callback.events ?? endEvents)];
  if (events.length === 0) {
    throw refuse('invalid_input', 'callback.events', `must name at least one of ${callbackEvents.join(', ')}.`);
  }
  return {
    ...readReceiver(callback, headers.length > 0),
    events,
    headers,
    ...readRetry(callback.retry),
  };
}

/** Returns a URL as the parser normalises it. The engine checks which address it leads to. */
export function readUrl(text: string, field: string): string {
  const parsed = parseTargetUrl(text);
  if (!parsed.ok) throw new Refusal(parsed.code, parsed.message.replace('The URL', `\`${field}\``), field);
  return parsed.url.href;
}

/**
 * Reads the receiver: a URL or an endpoint's name. Headers are refused with an endpoint, because an endpoint has its
 * own.
 */
function readReceiver(
  { url, endpoint, payload }: CallbackInput,
  hasHeaders: boolean,
): Pick<CallbackSpec, 'url' | 'endpoint' | 'payload'> {
  if (endpoint === undefined) {
    if (url === undefined) throw refuse('invalid_input', 'callback', 'must have a `url` or an `endpoint`.');
    return { url: readUrl(url, 'callback.url'), endpoint: null, payload: payload ?? 'full' };
  }
  if (url !== undefined) {
    throw refuse('conflicting_fields', 'callback.endpoint', 'and `callback.url` exclude each other. Give one of them.');
  }
  if (hasHeaders) {
    throw refuse('conflicting_fields', 'callback.headers', 'goes with a `url`; an endpoint has headers of its own.');
  }
  return { url: null, endpoint, payload: payload ?? null };
}

/** Values that leave the schedule and the final statuses to the endpoint, or to the defaults. */
const asReceiver = { scheduleSeconds: null, giveUpOn: null };

function readRetry({ scheduleSeconds, giveUpOn }: CallbackRetryInput = {}) {
  return {
    scheduleSeconds:
      scheduleSeconds === undefined ? null : readSchedule(scheduleSeconds, 'callback.retry.scheduleSeconds'),
    giveUpOn: giveUpOn === undefined ? null : readGiveUpOn(giveUpOn, 'callback.retry.giveUpOn'),
  };
}
