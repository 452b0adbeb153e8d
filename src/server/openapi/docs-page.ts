import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { docsStyle } from './docs-style.ts';
import { openApiDocument } from './openapi-document.ts';

/** The path of the OpenAPI document. */
export const openApiPath = '/v1/openapi.json';

/** The path of the page that shows the document. */
export const docsPath = '/docs';

/** The media types of the viewer's files (Swagger UI), which the build copies to `dist/docs`. */
const viewerFiles = { 'swagger-ui-bundle.js': 'text/javascript', 'swagger-ui.css': 'text/css' } as const;

type ViewerFile = keyof typeof viewerFiles;

/** The names of the viewer's files. */
export const viewerFileNames = Object.keys(viewerFiles) as ViewerFile[];

const folder = new URL('../../../dist/docs/', import.meta.url);

const script = `
const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();
SwaggerUIBundle({
  url: '${openApiPath}',
  dom_id: '#reference',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 2,
  displayRequestDuration: true,
  docExpansion: 'list',
});
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const policy = [
  "default-src 'none'",
  `script-src 'self' ${hashOf(script)}`,
  `style-src 'self' ${hashOf(docsStyle)}`,
  // The viewer writes some widths and margins as attributes, which can neither select nor load anything.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ringback API reference</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${docsPath}/swagger-ui.css">
<style>${docsStyle}</style>
<main id="reference"><noscript>The reference needs JavaScript. <a href="${openApiPath}">The OpenAPI document</a> has all of it.</noscript></main>
<script src="${docsPath}/swagger-ui-bundle.js"></script>
<script>${script}</script>
</html>
`;

/** Answers the page of the API reference. */
export function docsPage(): HttpResponse {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
    body: page,
  };
}

/** Answers a file of the viewer. */
export async function viewerFile(name: ViewerFile): Promise<HttpResponse> {
  const body = await readFile(new URL(name, folder)).catch(() => null);
  if (body === null)
    throw new Refusal('not_found', 'the API reference has not been built yet; it is built with the dashboard');
  const headers = { 'content-type': `${viewerFiles[name]}; charset=utf-8`, 'cache-control': 'private, max-age=3600' };
  return { status: 200, headers, body };
}

const documents = new Map<string, string>();

/** Answers the OpenAPI document. */
export function openApi({ publicUrl }: Pick<ServerDeps, 'publicUrl'>): HttpResponse {
  const body = documents.get(publicUrl) ?? JSON.stringify(openApiDocument(publicUrl));
  documents.set(publicUrl, body);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' };
  return { status: 200, headers, body };
}
