import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { deliveryLimits } from '#src/domain/limits.ts';
import { parseId } from '#src/domain/text/id.ts';
import { webhookIdHeader, webhookSignatureHeader, webhookTimestampHeader } from '#src/domain/text/signature.ts';
import { newId } from '#src/engine/new-id.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { findSigner, type OwnedSecret } from '#src/server/playground/verify-signature.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { liveWebhookSecrets } from '#src/store/endpoint/secret-rows.ts';
import { sealContext } from '#src/store/job/job-options.ts';
import {
  deleteMessage,
  findAnswer,
  findListener,
  insertMessage,
  type ListenerRow,
} from '#src/store/listener/listeners.ts';
import { openCarried, refusedField, sealCarried } from './sealed-message.ts';

const carriedHeaders = [
  webhookIdHeader,
  webhookTimestampHeader,
  webhookSignatureHeader,
  'content-type',
  'user-agent',
] as const;
const pollMs = 1_000;

/** Takes a delivery from a worker, hands it to the listener's stream, and answers what the handler there answers. */
export async function deliver(deps: ServerDeps, request: HttpRequest, endpointId: string): Promise<HttpResponse> {
  const uuid = parseId('end', endpointId);
  const listener = uuid === null ? undefined : await findListener(deps.db, uuid);
  if (!listener) throw noListener();
  const body = await request
    .body(deliveryLimits.eventBytes)
    .catch((error: unknown) => sayRefused(deps, request, listener, error));
  const secrets = await projectSecrets(deps, listener.project_id);
  const { reason } = findSigner(request.headers, body, secrets, deps.now());
  if (reason !== null) throw new Refusal('unauthorized', `only Ringback's own workers deliver here: ${reason}`);

  const id = newId(deps.now());
  const bell = deps.listeners.open(id);
  const onGone = () => bell.ring();
  request.signal.addEventListener('abort', onGone);
  try {
    const sealed = sealCarried(deps.cipher, 'message', id, { headers: carried(request.headers, listener), body });
    await insertMessage(deps.db, { id, endpointId: listener.id, sealed });
    deps.notify('listener', listener.id);
    return await waitForAnswer(deps, request, id, (ms) => bell.heard(ms));
  } finally {
    request.signal.removeEventListener('abort', onGone);
    // One that cannot be deleted now is by the next sweep.
    await deleteMessage(deps.db, id).catch(() => undefined);
    bell.close();
  }
}

/** Nobody would look for the try of an event that never comes: whoever listens is told. */
async function sayRefused(
  deps: ServerDeps,
  request: HttpRequest,
  listener: ListenerRow,
  error: unknown,
): Promise<never> {
  if (error instanceof Refusal && error.code === 'body_too_large') {
    const id = newId(deps.now());
    const why = `it is larger than ${deliveryLimits.eventBytes / 1_024 ** 2} MiB`;
    const headers = { ...carried(request.headers, listener), [refusedField]: why };
    const sealed = sealCarried(deps.cipher, 'message', id, { headers, body: Buffer.alloc(0) });
    await insertMessage(deps.db, { id, endpointId: listener.id, sealed });
    deps.notify('listener', listener.id);
  }
  throw error;
}

function noListener(): Refusal {
  return new Refusal('not_found', 'nobody listens here any more');
}

async function projectSecrets(deps: ServerDeps, projectId: string): Promise<OwnedSecret[]> {
  const rows = (await liveWebhookSecrets(deps.db, projectId)).filter(({ kind }) => kind === 'v1');
  return rows.map((row) => ({
    projectId,
    secret: deps.cipher.open(row.sealed, sealContext.webhookSecret(row.id)).toString('utf8'),
  }));
}

/** What a webhook is made of. Whatever else came was added by the connection or by proxies on the way. */
function carried(headers: HttpRequest['headers'], { header_names }: ListenerRow): Record<string, string> {
  const names = new Set([...carriedHeaders, ...header_names.map((name) => name.toLowerCase())]);
  return Object.fromEntries([...names].flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

async function waitForAnswer(
  deps: ServerDeps,
  request: HttpRequest,
  id: string,
  heard: (withinMs: number) => Promise<void>,
): Promise<HttpResponse> {
  const untilMs = deps.now() + deps.listenerAnswerMs;
  for (;;) {
    const answer = await findAnswer(deps.db, id);
    if (!answer) throw noListener();
    if (answer.status !== null) return asResponse(deps, id, answer.status, answer.answer_sealed);
    if (deps.listeners.closed) return plain(503, 'This web process is stopping; the next try finds another one.');
    if (deps.now() >= untilMs || request.signal.aborted) {
      return plain(504, `The listener's handler did not answer within ${deps.listenerAnswerMs / 1000} s.`);
    }
    await heard(Math.min(pollMs, Math.max(1, untilMs - deps.now())));
  }
}

function plain(status: number, text: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}

const ofConnections = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'content-encoding',
  'date',
]);

function asResponse(deps: ServerDeps, id: string, status: number, sealed: Buffer | null): HttpResponse {
  if (sealed === null) return { status };
  const { headers, body } = openCarried(deps.cipher, 'answer', id, sealed);
  const passed = Object.entries(headers).filter(
    ([name, value]) => !ofConnections.has(name.toLowerCase()) && isSendable(name, value),
  );
  const withBody = status === 204 || status === 304 ? {} : { body };
  return { status, headers: Object.fromEntries(passed), ...withBody };
}

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
