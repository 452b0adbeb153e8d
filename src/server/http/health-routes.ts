import type { Db } from '#src/store/db/database.ts';
import type { HttpResponse } from './http.ts';

/** `/healthz`: the process answers. `/readyz`: the database answers too. */
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
