import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Carried } from '#src/engine/listen/sealed-message.ts';
import { takeDelivery } from '#src/engine/listen/take-delivery.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';

/** Takes a delivery from a worker for a listener, and responds with the answer of the listener's handler. */
export async function deliver(deps: ServerDeps, request: HttpRequest, endpointId: string): Promise<HttpResponse> {
  const handed = await takeDelivery(deps, endpointId, request);
  switch (handed.kind) {
    case 'answered':
      return asResponse(handed.status, handed.carried);
    case 'late':
      return plain(504, `The listener's handler did not answer within ${handed.afterMs / 1000} s.`);
    case 'stopping':
      return plain(503, 'This web process is stopping; the next attempt finds another one.');
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

function asResponse(status: number, carried: Carried | null): HttpResponse {
  if (carried === null) return { status };
  const { headers, body } = carried;
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
