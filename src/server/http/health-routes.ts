import type { ServerDeps } from '#src/server/server-deps.ts';
import type { HttpResponse } from './http.ts';

const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

/** Answers `/healthz`, which only shows that the process responds. */
export function healthy(): HttpResponse {
  return { status: 200, headers, body: 'ok\n' };
}

/** Answers `/readyz`, which also checks the database. */
export async function ready({ db }: Pick<ServerDeps, 'db'>): Promise<HttpResponse> {
  try {
    await db.run('ready', 'select 1');
    return { status: 200, headers, body: 'ready\n' };
  } catch {
    return { status: 503, headers, body: 'the database cannot be reached\n' };
  }
}
