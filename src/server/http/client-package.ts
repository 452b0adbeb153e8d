import { readFile } from 'node:fs/promises';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HttpResponse } from './http.ts';

const file = new URL('../../../dist/client.tgz', import.meta.url);

/**
 * Returns the client package from the build. `npm install http://…/client.tgz` installs the version that fits this
 * server.
 */
export async function clientPackage(): Promise<HttpResponse> {
  const body = await readFile(file).catch(() => null);
  if (body === null)
    throw new Refusal('not_found', 'the client package has not been built yet; it is built with the dashboard');
  return { status: 200, headers: { 'content-type': 'application/gzip', 'cache-control': 'no-cache' }, body };
}
