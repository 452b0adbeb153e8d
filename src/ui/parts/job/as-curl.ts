import type { Job } from '#src/contract/job/job.ts';
import type { BodyStart } from '#src/contract/job/job-view.ts';
import { mask } from '#src/domain/redact/redact.ts';

/** Longer bodies make no command that anybody would paste. */
const longestBody = 8_192;

/**
 * The request as a command for a POSIX shell. Masked parts become variables to be set first: the values are not here. A
 * body that is not known, or not text, or long, is read from a file.
 */
export function asCurl(job: Pick<Job, 'method' | 'url' | 'headers'>, body?: BodyStart | null): string {
  const headers = Object.entries(job.headers);
  const lines = headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`, variableName(name))}`);
  const text = bodyText(body);
  if (text !== null) lines.push(`--data-raw ${quote(text, 'BODY_SECRET')}`);
  else if (body || (body === undefined && headers.some(([name]) => name.toLowerCase() === 'content-type')))
    lines.push('--data-binary @body');
  return [`curl -X ${quoteIfNeeded(job.method)} ${quote(job.url, 'SECRET')}`, ...lines].join(' \\\n  ');
}

/** All of a body that can be written into a snippet, or null. */
export function bodyText(body: BodyStart | null | undefined): string | null {
  if (!body || body.bodyCut || body.encoding !== 'utf8' || body.body === null) return null;
  return body.body.length <= longestBody ? body.body : null;
}

/** In single quotes nothing has a meaning but the quote itself; variables stand in double quotes between them. */
function quote(text: string, variable: string): string {
  const quoted = text.split(mask).map((part) => (part === '' ? '' : `'${part.replaceAll("'", `'\\''`)}'`));
  return quoted.join(`"$${variable}"`) || "''";
}

function quoteIfNeeded(word: string): string {
  return /^[A-Za-z0-9-]+$/.test(word) ? word : quote(word, 'SECRET');
}

/** `X_APP_TOKEN`: the name of a variable for the secret of a header. */
export function variableName(header: string): string {
  const name = header.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
