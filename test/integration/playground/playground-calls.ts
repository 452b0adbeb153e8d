import { createHmac, randomUUID } from 'node:crypto';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { makePlayground, type PlaygroundDeps } from '#src/server/playground/playground-routes.ts';
import type { Db } from '#src/store/db/database.ts';

export type Sent = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  signal?: AbortSignal;
  peer?: string;
};

export const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
export const otherSecret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
export const [project, otherProject] = [randomUUID(), randomUUID()];
export const nowMs = Date.parse('2026-11-20T12:00:00.400Z');

const readers: Record<string, string> = { 'Bearer rbk_test': project, 'Bearer rbk_other': otherProject };

/** Two projects, each with a secret and a key of its own. */
export async function makeProjects(db: Db): Promise<void> {
  await db.pool.query(`insert into project (id, name) values ($1, 'ours'), ($2, 'theirs')`, [project, otherProject]);
}

/** A playground of its own to be called. */
export function makeCall(db: Db, changes: Partial<PlaygroundDeps> = {}) {
  let clock = nowMs;
  const handler = makePlayground({
    db,
    dev: false,
    publicUrl: 'http://ringback.test',
    verifySecrets: async () => [
      { projectId: project, secret },
      { projectId: otherProject, secret: otherSecret },
    ],
    readerOf: async (request) => readers[request.headers.authorization ?? ''] ?? null,
    // Messages of one millisecond have no order among themselves.
    now: () => clock++,
    ...changes,
  });
  return async (target: string, sent: Sent = {}): Promise<HttpResponse> => {
    const response = await handler(request(target, sent));
    if (response === null) throw new Error(`${target} is no path of the playground`);
    return response;
  };
}

export function request(
  target: string,
  { method = 'GET', headers = {}, body = '', signal, peer = '127.0.0.1' }: Sent,
): HttpRequest {
  const [path = '', query = ''] = target.split('?');
  return {
    method,
    path,
    query: new URLSearchParams(query),
    search: query === '' ? '' : `?${query}`,
    headers,
    ...{ peer, requestId: 'test' },
    body: async (maxBytes) => {
      if (Buffer.byteLength(body) > maxBytes) throw new Refusal('body_too_large', `more than ${maxBytes} bytes`);
      return Buffer.from(body);
    },
    signal: signal ?? new AbortController().signal,
  };
}

/** A callback as Ringback signs it. */
export function signed(body: string, changes: Record<string, string> = {}, key = secret): Sent {
  const id = changes['webhook-id'] ?? 'evt_1';
  const timestamp = changes['webhook-timestamp'] ?? String(Math.floor(nowMs / 1000));
  const bytes = Buffer.from(key.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', bytes).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
    ...changes,
  };
  return { method: 'POST', headers, body };
}
