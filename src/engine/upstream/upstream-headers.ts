import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import { urlOrigin } from '#src/domain/flow/url-origin.ts';
import { limits } from '#src/domain/limits.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { openUpstreamHeaders, sealContext } from '#src/store/seal/sealed-parts.ts';
import type { StoredHeaders } from '#src/store/upstream/upstream-rows.ts';

/** Returns headers as they are stored: all values are sealed; beside the names are the masked forms of secret values. */
export function storedHeaders(id: string, headers: readonly HeaderSpec[], cipher: Cipher): StoredHeaders {
  const values = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  return {
    headers: Object.fromEntries(headers.map(({ name, masked }) => [name, masked])),
    sealed: headers.length === 0 ? null : cipher.seal(JSON.stringify(values), sealContext.upstream(id)),
  };
}

/** Returns the headers of an upstream with their real values. Throws a SealError if the key is missing. */
export function openHeaders({ id, headers, sealed }: StoredHeaders & { id: string }, cipher: Cipher): HeaderSpec[] {
  if (sealed === null) return [];
  const real = new Map(Object.entries(openUpstreamHeaders(cipher, id, sealed)));
  return Object.entries(headers).map(([name, masked]) => ({ name, value: real.get(name) ?? '', masked }));
}

/** Returns the headers of an upstream with secret values masked. */
export function shownHeaders(row: StoredHeaders & { id: string }, cipher: Cipher): Record<string, string> {
  return Object.fromEntries(openHeaders(row, cipher).map(({ name, value, masked }) => [name, masked ?? value]));
}

/**
 * Returns the headers after a change: given ones are set, removed ones are dropped, the others stay. Secret headers do not
 * go along to another origin: those that are not given again are cleared, and named. Throws `invalid_header` if the
 * headers are too large.
 */
export function changedHeaders(
  row: StoredHeaders & { id: string; base_url: string },
  change: { baseUrl?: string; headers?: readonly HeaderSpec[]; removedHeaders: readonly string[] },
  cipher: Cipher,
): StoredHeaders & { cleared: string[] } {
  const { baseUrl, headers: given = [], removedHeaders } = change;
  const moves = baseUrl !== undefined && urlOrigin(baseUrl) !== urlOrigin(row.base_url);
  if (!moves && given.length === 0 && removedHeaders.length === 0)
    return { headers: row.headers, sealed: row.sealed, cleared: [] };
  const replaced = new Set([...given.map(({ name }) => name), ...removedHeaders]);
  const kept = openHeaders(row, cipher).filter(({ name }) => !replaced.has(name));
  const cleared = moves ? kept.filter(({ masked }) => masked !== null) : [];
  const merged = [...kept.filter((header) => !cleared.includes(header)), ...given];
  checkSize(merged);
  return { ...storedHeaders(row.id, merged, cipher), cleared: cleared.map(({ name }) => name) };
}

/** Throws `invalid_header` if given headers together with those that stay are too many or too large. */
function checkSize(headers: readonly HeaderSpec[]): void {
  const size = headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (headers.length <= limits.headers && size <= limits.headerBytes) return;
  const most = `${limits.headers} and ${limits.headerBytes.toLocaleString('en-US')} bytes`;
  throw new Refusal('invalid_header', `\`headers\` must be at most ${most} together with those that stay.`, 'headers');
}
