import { Refusal } from '#src/contract/shape/error-code.ts';
import { refuse } from '#src/contract/shape/shape.ts';
import { joinPath } from '#src/domain/upstream/join-path.ts';
import { readUrl } from './parse-callback.ts';
import type { SubmitInput } from './submit-input.ts';

/** Where a request goes: a URL, or an upstream with a path, and then `url` is empty. */
export type Place = { url: string; upstream: { name: string; path: string } | null };

/** A base URL by which the form of a path is checked before the upstream is known. */
const anyBase = 'https://api.example.com/v1';

/**
 * Reads where a request goes. Throws `invalid_input` or `invalid_url` for a part that is missing or wrong, and
 * `conflicting_fields` for a URL beside an upstream.
 */
export function readPlace({ url, upstream, path }: Pick<SubmitInput, 'url' | 'upstream' | 'path'>): Place {
  if (url !== undefined) {
    const other = upstream !== undefined ? 'upstream' : path !== undefined ? 'path' : null;
    if (other === null) return { url: readUrl(url, 'url'), upstream: null };
    const message = `\`url\` and \`${other}\` exclude each other; give \`url\`, or \`upstream\` and \`path\`.`;
    throw new Refusal('conflicting_fields', message, other);
  }
  if (upstream === undefined) {
    if (path !== undefined) throw refuse('invalid_input', 'upstream', 'is missing: `path` is a path of an upstream.');
    throw refuse('invalid_input', 'url', 'is missing: it must be an http or https URL; or give `upstream` and `path`.');
  }
  if (path === undefined) {
    throw refuse('invalid_input', 'path', 'is missing: give the path below the base URL of the upstream.');
  }
  return { url: '', upstream: { name: upstream, path: readPath(path) } };
}

/** Checks the form of a path. Whether it goes with the base URL is checked when the upstream is known. */
export function readPath(path: string): string {
  const joined = joinPath(anyBase, path);
  if (joined.ok) return path;
  throw refuse('invalid_input', 'path', joined.rule);
}
