import type { Job } from '#src/contract/job/job.ts';
import type { BodyStart } from '#src/contract/job/job-view.ts';
import { mask } from '#src/domain/redact/redact.ts';

/** Longest body that becomes part of a command. Nobody would paste a longer one. */
const longestBody = 8_192;

/**
 * Returns the request as a command for a POSIX shell. Masked parts become variables that must be set first, because
 * their values are not known here. A body that is unknown, long or not text is read from a file.
 */
export function asCurl(job: Pick<Job, 'method' | 'url' | 'headers'>, body?: BodyStart | null): string {
  const headers = Object.entries(job.headers);
  const lines = headers.map(([name, value]) => `-H ${quote(headerLine(name, value), variableName(name))}`);
  const text = bodyText(body);
  if (text !== null) lines.push(`--data-raw ${quote(text, 'BODY_SECRET')}`);
  else if (body || (body === undefined && headers.some(([name]) => name.toLowerCase() === 'content-type')))
    lines.push('--data-binary @body');
  return [`curl ${methodOption(job.method)} ${globOption(job.url)}${quote(job.url, 'SECRET')}`, ...lines].join(
    ' \\\n  ',
  );
}

/** With `-X HEAD`, curl would wait for a body that never comes. */
function methodOption(method: string): string {
  return method === 'HEAD' ? '--head' : `-X ${quoteIfNeeded(method)}`;
}

/** Without this option, curl takes brackets and braces of a URL for a list of URLs. */
function globOption(url: string): string {
  return /[[\]{}]/.test(url) ? '--globoff ' : '';
}

/** With nothing after the colon, curl would not send the header. */
function headerLine(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`;
}

/** Returns the whole body if it can be written into a snippet, otherwise null. */
export function bodyText(body: BodyStart | null | undefined): string | null {
  if (!body || body.bodyCut || body.encoding !== 'utf8' || body.body === null) return null;
  return body.body.length <= longestBody ? body.body : null;
}

/**
 * Quotes a text for a shell. Inside single quotes, only the quote itself has a meaning. Variables are in double quotes
 * between them.
 */
function quote(text: string, variable: string): string {
  const quoted = text.split(mask).map((part) => (part === '' ? '' : `'${part.replaceAll("'", `'\\''`)}'`));
  return quoted.join(`"$${variable}"`) || "''";
}

function quoteIfNeeded(word: string): string {
  return /^[A-Za-z0-9-]+$/.test(word) ? word : quote(word, 'SECRET');
}

/** Returns the name of a variable for the secret of a header: `X_APP_TOKEN`. */
export function variableName(header: string): string {
  const name = header.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
