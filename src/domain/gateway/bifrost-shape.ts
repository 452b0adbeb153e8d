import type { JobState } from '#src/domain/decide/job-state.ts';
import { isRawJson, parseExactJson } from '#src/domain/text/exact-json.ts';
import { isObject, type JsonObject } from './response-object.ts';

/** A route of Bifrost's async API. */
export type BifrostOperation = {
  /** The path after `/v1/async/`, which is the API's path too. */
  path: string;
  /** The operation as results and webhooks name it. */
  requestType: string;
  /** The operation as the refusal of a stream names it; null: it has no streams. */
  streamed: string | null;
};

const operations: readonly BifrostOperation[] = [
  { path: 'completions', requestType: 'text_completion', streamed: 'text completions' },
  { path: 'chat/completions', requestType: 'chat_completion', streamed: 'chat completions' },
  { path: 'responses', requestType: 'responses', streamed: 'responses' },
  { path: 'embeddings', requestType: 'embedding', streamed: null },
  { path: 'audio/speech', requestType: 'speech', streamed: 'speech' },
  { path: 'audio/transcriptions', requestType: 'transcription', streamed: 'transcriptions' },
  { path: 'images/generations', requestType: 'image_generation', streamed: 'image generations' },
  { path: 'images/edits', requestType: 'image_edit', streamed: 'image edits' },
  { path: 'images/variations', requestType: 'image_variation', streamed: null },
  { path: 'rerank', requestType: 'rerank', streamed: null },
  { path: 'ocr', requestType: 'ocr', streamed: null },
];

/** What a job's gateway begins with if it came by Bifrost's routes. The path of the operation follows. */
export const bifrostGateway = 'bifrost/';

/** Returns the operation of a path, or undefined. */
export function bifrostOperation(path: string): BifrostOperation | undefined {
  return operations.find((one) => one.path === path);
}

/** The states of an async job, as Bifrost names them. */
export type BifrostStatus = 'pending' | 'processing' | 'completed' | 'failed';

const byState: Readonly<Record<JobState, BifrostStatus>> = {
  scheduled: 'pending',
  queued: 'pending',
  in_progress: 'processing',
  retrying: 'processing',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'failed',
};

/** A job as the envelope needs it. */
export type BifrostFacts = {
  uuid: string;
  state: JobState;
  createdAt: Date;
  endedAt: Date | null;
  expiresAt: Date | null;
  /** Status of the API's last answer; null: there was none. */
  status: number | null;
  /** The API's answer; null: there is none, or it is not kept any more. */
  answer: { contentType: string | null; body: Uint8Array } | null;
  error: { code: string; message: string } | null;
  operation: BifrostOperation;
  provider: string;
  model: string | null;
};

/** Returns true once the result of a job has been kept for as long as was asked. */
export function isExpired({ expiresAt }: Pick<BifrostFacts, 'expiresAt'>, nowMs: number): boolean {
  return expiresAt !== null && expiresAt.getTime() <= nowMs;
}

/** Returns the envelope of an async job. */
export function bifrostEnvelope(facts: BifrostFacts): JsonObject {
  const { uuid, state, createdAt, endedAt, expiresAt } = facts;
  const status = byState[state];
  const envelope = { id: uuid, request_id: uuid, status, created_at: createdAt.toISOString() };
  if (endedAt === null) return envelope;
  return {
    ...envelope,
    completed_at: endedAt.toISOString(),
    ...(expiresAt !== null && { expires_at: expiresAt.toISOString() }),
    status_code: statusOf(facts),
    ...(status === 'completed' ? { result: bifrostResult(facts) } : { error: bifrostFailure(facts) }),
  };
}

/** Returns the status of the API's answer, or one that says why there is none. */
function statusOf({ error, state, status }: BifrostFacts): number {
  if (state === 'cancelled') return 499;
  return status ?? (error?.code === 'timeout' ? 504 : 502);
}

function extraFields({ operation, provider, model }: BifrostFacts): JsonObject {
  return { provider, model_requested: model ?? '', request_type: operation.requestType };
}

/** Returns the result: the API's JSON, or its bytes as Bifrost gives audio. */
export function bifrostResult(facts: BifrostFacts): unknown {
  const { answer } = facts;
  if (answer === null) return null;
  const parsed = jsonOf(answer);
  if (isObject(parsed)) return { ...parsed, extra_fields: parsed.extra_fields ?? extraFields(facts) };
  if (parsed !== undefined) return parsed;
  const type = answer.contentType ?? '';
  if (/^text\//i.test(type)) return { text: new TextDecoder().decode(answer.body), extra_fields: extraFields(facts) };
  return { audio: base64(answer.body), content_type: type, extra_fields: extraFields(facts) };
}

/** Returns the error of a failed job. The API's own words come first. */
export function bifrostFailure(facts: BifrostFacts): JsonObject {
  const { answer, error, state } = facts;
  const parsed = answer === null ? undefined : jsonOf(answer);
  const said = isObject(parsed) && isObject(parsed.error) ? parsed.error : null;
  const message = state === 'cancelled' ? 'the job was cancelled' : (error?.message ?? 'the request failed');
  const own = { type: 'request_failed', code: error?.code ?? state, message };
  return {
    is_bifrost_error: answer === null,
    status_code: statusOf(facts),
    error: said !== null && typeof said.message === 'string' ? said : own,
    extra_fields: extraFields(facts),
  };
}

/** Returns an error before there is a job. */
export function bifrostError(status: number, message: string): JsonObject {
  return { is_bifrost_error: false, status_code: status, error: { message } };
}

function jsonOf({ body }: { body: Uint8Array }): unknown {
  try {
    const value = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return isRawJson(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

const defaultTtlSeconds = 3_600;

/** Returns for how many seconds a result is kept: what the header says, if it is a whole number above 0. */
export function bifrostTtl(header: string | undefined, most: number): number {
  const seconds = header !== undefined && /^\s*\+?\d{1,15}\s*$/.test(header) ? Number(header) : 0;
  return seconds > 0 ? Math.min(seconds, most) : defaultTtlSeconds;
}
