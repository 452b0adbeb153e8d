import type { Job } from '#src/contract/job.ts';
import { mask } from '#src/domain/redact.ts';

/**
 * The request as a command for a POSIX shell. Masked parts become variables to be set first: the values are not here. Of the
 * body only its presence is known, so it is read from a file.
 */
export function asCurl(job: Pick<Job, 'method' | 'url' | 'headers'>): string {
  const headers = Object.entries(job.headers);
  const lines = headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`, variableName(name))}`);
  if (headers.some(([name]) => name.toLowerCase() === 'content-type')) lines.push('--data-binary @body');
  return [`curl -X ${quoteIfNeeded(job.method)} ${quote(job.url, 'SECRET')}`, ...lines].join(' \\\n  ');
}

/** In single quotes nothing has a meaning but the quote itself; variables stand in double quotes between them. */
function quote(text: string, variable: string): string {
  const quoted = text.split(mask).map((part) => (part === '' ? '' : `'${part.replaceAll("'", `'\\''`)}'`));
  return quoted.join(`"$${variable}"`) || "''";
}

function quoteIfNeeded(word: string): string {
  return /^[A-Za-z0-9-]+$/.test(word) ? word : quote(word, 'SECRET');
}

function variableName(header: string): string {
  const name = header.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
