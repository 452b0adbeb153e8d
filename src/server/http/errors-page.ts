import { createHash } from 'node:crypto';
import { errorCodes } from '#src/contract/shape/error-code.ts';
import type { HttpResponse } from './http.ts';

const style =
  'body{font:15px/1.5 system-ui;max-width:44rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}h2{font-size:1rem;margin:2rem 0 0}small{font-weight:400;opacity:.7}:target{outline:2px solid;outline-offset:8px}';
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

/** Returns the page that the `type` of every problem links to: all error codes and their meaning, as plain HTML. */
export function errorsPage(): HttpResponse {
  const rows = Object.entries(errorCodes).map(
    ([code, [status, title, help]]) =>
      `<section id="${code}"><h2><code>${code}</code> <small>${status} ${title}</small></h2><p>${help}</p></section>`,
  );
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Ringback errors</title><style>${style}</style><h1>Error codes</h1>${rows.join('')}</html>`;
  return { status: 200, headers, body };
}
