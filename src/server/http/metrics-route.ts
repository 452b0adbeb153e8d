import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { exposition } from '#src/domain/stats/exposition.ts';
import { metrics } from '#src/engine/stats/metrics.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { MethodNotAllowed } from './method-not-allowed.ts';

export const metricsPath = '/metrics';

/**
 * Answers `/metrics` for Prometheus. The metrics cover all projects, so the route has its own token. It is off without
 * one.
 */
export async function handleMetrics(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const { metricsToken } = deps;
  if (metricsToken === undefined)
    throw new Refusal('no_route', '/metrics is off: set RINGBACK_METRICS_TOKEN to turn it on');
  if (request.method !== 'GET') throw new MethodNotAllowed(request, ['GET']);
  if (!isBearer(request.headers.authorization, metricsToken))
    throw new Refusal('unauthorized', '/metrics wants "Authorization: Bearer" with RINGBACK_METRICS_TOKEN');
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    body: exposition(await metrics(deps)),
  };
}

/** Checks the token. It compares hashes, so that the time of the comparison reveals nothing about the token. */
function isBearer(authorization: string | undefined, token: string): boolean {
  const given = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}
