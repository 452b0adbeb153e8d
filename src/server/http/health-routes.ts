import type { Db } from '#src/store/db/database.ts';
import type { HttpResponse } from './http.ts';

/** Answers the health routes. `/healthz` only shows that the process responds. `/readyz` also checks the database. */
export async function health(db: Db, path: '/healthz' | '/readyz'): Promise<HttpResponse> {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  if (path === '/healthz') return { status: 200, headers, body: 'ok\n' };
  try {
    await db.run('ready', 'select 1');
    return { status: 200, headers, body: 'ready\n' };
  } catch {
    return { status: 503, headers, body: 'the database cannot be reached\n' };
  }
}
