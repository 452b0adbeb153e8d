import { checkInboxName } from '#src/contract/live/inbox.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { workerHeader } from '#src/domain/egress/own-address.ts';
import { maskHeaders } from '#src/domain/redact/redact.ts';
import { webhookIdHeader, webhookSignatureHeader, webhookTimestampHeader } from '#src/domain/text/signature.ts';
import { findSigner, type SharedSecret } from '#src/engine/endpoint/verify-signature.ts';
import { newId } from '#src/engine/new-id.ts';
import { bodyView, headerValue } from '#src/engine/show/body-text.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { type InboxMessage, insertInboxMessage, listInboxMessages } from '#src/store/dashboard/inbox-rows.ts';
import type { Db } from '#src/store/db/database.ts';
import { inboxPage, pageHeaders, signInPage } from './inbox-page.ts';
import { makeWalks, readCount, readPlan, type Walks } from './target-plan.ts';

export type InboxDeps = {
  db: Db;
  dev: boolean;
  publicUrl: string;
  /** The live webhook secrets of all projects. */
  verifySecrets: () => Promise<readonly SharedSecret[]>;
  /**
   * Returns the project of a caller who is signed in or has an API key, and may read jobs. Returns null for any other
   * caller.
   */
  readerOf: (request: HttpRequest) => Promise<string | null>;
  now: () => number;
};

export type Inbox = (name: string, request: HttpRequest) => Promise<HttpResponse>;

const maxBodyBytes = 1024 ** 2;
const maxWaiting = 100;
const pageMessages = 20;
const pageBodyBytes = 64 * 1024;

/**
 * Makes a callback receiver for trying Ringback out. POST stores the request and the result of its signature check. GET
 * lists the stored requests.
 */
export function makeInbox(deps: InboxDeps): Inbox {
  const walks = makeWalks();
  const inOrder = oneAfterTheOther(maxWaiting);
  return async (name, request) => {
    checkInboxName(name);
    if (request.method === 'POST') return receive(name, request, deps, walks, inOrder);
    if (request.method === 'GET' || request.method === 'HEAD') return show(name, request, deps);
    throw new MethodNotAllowed(request, ['GET', 'HEAD', 'POST']);
  };
}

async function receive(
  name: string,
  request: HttpRequest,
  deps: InboxDeps,
  walks: Walks,
  inOrder: Ordered,
): Promise<HttpResponse> {
  const plan = receiverPlan(request.query);
  const body = await request.body(maxBodyBytes);
  const { projectId, reason } = findSigner(request.headers, body, await deps.verifySecrets(), deps.now());
  // Anybody who can reach the port may post here. Without a valid signature, only the facts of the request are kept.
  // Otherwise strangers could use the inbox as storage.
  const trusted = projectId !== null || deps.dev;
  const message = {
    id: newId(deps.now()),
    projectId,
    inbox: name,
    headers: shownHeaders(request.headers, trusted),
    body: trusted ? body : Buffer.alloc(0),
    reason,
  };
  await inOrder(() => insertInboxMessage(deps.db, message));
  // A plan is followed separately for each event, so that every event fails first and then succeeds, as the plan
  // demands.
  const caller = request.query.get('key') ?? request.headers[webhookIdHeader] ?? '';
  return { status: plan[walks.next(`${name} ${caller}`, plan)] ?? 204 };
}

function receiverPlan(query: URLSearchParams): number[] {
  const [plan, status] = [query.get('plan'), query.get('status')];
  if (plan !== null && status !== null) {
    throw new Refusal('conflicting_fields', 'Give either plan or status, not both.', 'plan');
  }
  return plan === null ? readPlan(status ?? '204', 'status') : readPlan(plan, 'plan');
}

/**
 * Headers that describe a request but contain none of its content. Only these are kept of an unsigned request, since
 * everybody may see it.
 */
const factHeaders = new Set([
  ...[webhookIdHeader, webhookTimestampHeader, webhookSignatureHeader],
  ...['content-type', 'content-length', 'user-agent', 'host'],
]);

/**
 * Returns the headers with secrets masked. The signature is not a secret, so it stays readable in a trusted request.
 */
function shownHeaders(headers: HttpRequest['headers'], trusted: boolean): HeaderList {
  const list: HeaderList = [];
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) list.push([name, value]);
  const masked = maskHeaders(list);
  if (!trusted) return masked.filter(([name]) => factHeaders.has(name));
  return masked.map(([name, value]) => [name, name === webhookSignatureHeader ? (headers[name] ?? value) : value]);
}

type Ordered = <T>(act: () => Promise<T>) => Promise<T>;

/**
 * Runs actions one after the other. All callers together then use one database connection, and the API keeps the
 * others.
 */
function oneAfterTheOther(max: number): Ordered {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (act) => {
    if (waiting >= max) throw new Refusal('rate_limited', 'The inbox cannot keep up. Send it again in a moment.');
    waiting++;
    const turn = last.then(act);
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      waiting--;
    }
  };
}

async function show(name: string, request: HttpRequest, deps: InboxDeps): Promise<HttpResponse> {
  const accept = request.headers.accept ?? '';
  const asPage = accept.includes('text/html') && !accept.includes('application/json');
  const projectId = await deps.readerOf(request);
  const says = request.headers.authorization !== undefined;
  // A job's request comes from this machine as well, but on behalf of a project that may not see the others.
  const fromWorker = request.headers[workerHeader] !== undefined;
  const open = deps.dev && !says && !fromWorker && isLocal(request.headers.host) && isLoopback(request.peer);
  if (!open && projectId === null) {
    if (asPage) return { status: 401, headers: pageHeaders, body: signInPage(name) };
    throw new Refusal(
      'unauthorized',
      says
        ? 'There is no such API key here: looking into an inbox needs one, or a session, since callbacks may hold results.'
        : 'Callbacks may hold results, so looking into an inbox needs an API key or a session.',
    );
  }
  if (asPage) {
    const query = { projectId, limit: pageMessages, bodyBytes: pageBodyBytes };
    const messages = await listInboxMessages(deps.db, name, query);
    const page = inboxPage({
      name,
      url: `${deps.publicUrl}/playground/inbox/${name}`,
      messages,
      nowMs: deps.now(),
      refresh: request.query.get('refresh') !== 'off',
    });
    return { status: 200, headers: pageHeaders, body: page };
  }
  const limit = readCount(request.query, 'limit', 100) || pageMessages;
  const messages = await listInboxMessages(deps.db, name, { projectId, limit, bodyBytes: maxBodyBytes });
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status: 200, headers, body: `${JSON.stringify({ inbox: name, messages: messages.map(view) }, null, 2)}\n` };
}

/**
 * Checks that the request's host is this machine. In development, a user of this machine may read the inbox without
 * signing in, and sees all projects. A web page whose own domain points to this machine may not.
 */
function isLocal(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}

/** Checks the address of the connection, since a caller from elsewhere may send any `host`. */
function isLoopback(peer: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(peer);
}

/** Returns a message with its body: as JSON if it is JSON, else as text, else as base64. */
function view(message: InboxMessage): object {
  const { receivedAt, verified, reason, headers, body, size } = message;
  const about = {
    receivedAt: receivedAt.toISOString(),
    webhookId: headerValue(headers, webhookIdHeader),
    verified,
    reason,
    headers: Object.fromEntries(headers),
    size,
  };
  try {
    return { ...about, json: JSON.parse(body.toString('utf8')) };
  } catch {
    return { ...about, ...bodyView(body, headerValue(headers, 'content-type')) };
  }
}
