import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contentSecurityPolicy, newNonce, pageHeaders } from '#src/server/http/security-headers.ts';
import type { NodeHandler } from './own-routes.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The type of Next's export. Next is CommonJS: its types call it `default.default`, but Node calls it `default`. */
type CreateNext = (options: { dev: boolean; dir: string; hostname: string; port: number }) => {
  prepare(): Promise<void>;
  getRequestHandler(): NodeHandler;
  close(): Promise<void>;
};

/** The path of built files. Their names contain a hash of their content. */
const filesPath = '/_next/static/';

/** How often a build that is not there is looked for, in milliseconds. */
const lookMs = 500;

const notBuilt =
  'The dashboard is not built yet. If no build is running, run “ringback build”. This page opens the dashboard as soon as it is built. The API works already.';
const notStarted = 'The dashboard cannot start. The log of the web process says why. The API works.';

const notice = (nonce: string, words: string) => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">${words === notBuilt ? '<meta http-equiv="refresh" content="1">' : ''}<title>Ringback</title>
<style nonce="${nonce}">:root{color-scheme:light dark}body{font:15px/1.5 system-ui;display:grid;place-items:center;min-height:100vh;margin:0}p{max-width:34em;padding:1em;margin:0}</style>
<p>${words}</p></html>`;

/**
 * Mounts Next; no other code does. The API does not wait for it. Until the dashboard is built, every page shows a
 * notice and reloads itself; if it cannot start, every page says so. With `enabled: false` no build is looked for.
 */
export function mountNext(options: {
  host: string;
  port: number;
  enabled: boolean;
  /** Called once if the dashboard is not built at the start. */
  onMissing: () => void;
  onError: (error: unknown) => void;
}): {
  handle: NodeHandler;
  close(): Promise<void>;
} {
  let handler: NodeHandler | undefined;
  let app: { close(): Promise<void> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let words = notBuilt;

  const prepare = async () => {
    if (closed || !options.enabled) return;
    // Our build writes this file last. Next's own BUILD_ID appears long before a build is complete.
    if (!existsSync(`${root}.next/RINGBACK_BUILT`)) {
      if (timer === undefined) options.onMissing();
      timer = setTimeout(() => void prepare(), lookMs);
      return;
    }
    try {
      const module: unknown = (await import('next')).default;
      const server = (module as CreateNext)({ dev: false, dir: root, hostname: options.host, port: options.port });
      await server.prepare();
      app = server;
      handler = server.getRequestHandler();
    } catch (error) {
      words = notStarted;
      options.onError(error);
    }
  };
  void prepare();

  return {
    async handle(request, response) {
      const nonce = request.url?.startsWith(filesPath) ? null : newNonce();
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      for (const [name, value] of Object.entries(pageHeaders(nonce, path))) response.setHeader(name, value);
      // Next reads the nonce for its own scripts from this request header. The root layout reads it for the other
      // scripts.
      delete request.headers['content-security-policy-report-only'];
      if (nonce !== null) {
        request.headers['content-security-policy'] = contentSecurityPolicy(nonce);
        request.headers['x-nonce'] = nonce;
      }
      if (handler) return handler(request, response);
      response.writeHead(503, {
        'content-type': 'text/html; charset=utf-8',
        'retry-after': '1',
        'cache-control': 'no-store',
      });
      response.end(notice(nonce ?? '', words));
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await app?.close();
    },
  };
}
