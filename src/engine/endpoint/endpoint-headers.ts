import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import { limits } from '#src/domain/limits.ts';
import { mask } from '#src/domain/redact/redact.ts';
import type { Db } from '#src/store/db/database.ts';
import { type EndpointRow, findAllHeaders, replaceHeaders } from '#src/store/endpoint/endpoint-rows.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { openEndpointHeaders, sealContext } from '#src/store/seal/sealed-parts.ts';

type StoredHeaders = Pick<EndpointRow, 'headers' | 'sealed'>;

/**
 * Returns headers as they are stored: all values are sealed, and beside them are the names, each with the masked form
 * of its value if that is secret.
 */
export function storedHeaders(endpointId: string, headers: HeaderSpec[], cipher: Cipher): StoredHeaders {
  const values = Object.fromEntries(headers.map((header) => [header.name, header.value]));
  return {
    headers: Object.fromEntries(headers.map((header) => [header.name, header.masked])),
    sealed: headers.length === 0 ? null : cipher.seal(JSON.stringify(values), sealContext.endpointHeaders(endpointId)),
  };
}

/**
 * Returns the headers after a change: given headers are set, removed ones are dropped, the others stay. Secret headers
 * are not sent to another origin: if the URL moves there, those that are not given again are cleared. Throws
 * `invalid_header` if the headers are too large.
 */
export function changedHeaders(
  row: EndpointRow,
  change: { url?: string; headers?: HeaderSpec[]; removedHeaders: string[] },
  cipher: Cipher,
): StoredHeaders & { cleared: string[] } {
  const moved = change.url !== undefined && new URL(change.url).origin !== new URL(row.url).origin;
  if (!moved && change.headers === undefined && change.removedHeaders.length === 0) {
    return { headers: row.headers, sealed: row.sealed, cleared: [] };
  }
  const given = change.headers ?? [];
  const replaced = new Set([...given.map(({ name }) => name), ...change.removedHeaders]);
  const kept = openHeaders(row, cipher).filter(({ name }) => !replaced.has(name));
  const cleared = moved ? kept.filter(({ masked }) => masked !== null) : [];
  const merged = [...kept.filter((header) => !cleared.includes(header)), ...given];
  checkSize(merged);
  return { ...storedHeaders(row.id, merged, cipher), cleared: cleared.map(({ name }) => name) };
}

/** Returns an endpoint's headers with their real values. A deleted endpoint no longer has its sealed values. */
export function openHeaders(row: Pick<EndpointRow, 'id' | 'headers' | 'sealed'>, cipher: Cipher): HeaderSpec[] {
  const opened = row.sealed === null ? {} : openEndpointHeaders(cipher, row.id, row.sealed);
  const real = new Map(Object.entries(opened));
  return Object.entries(row.headers).map(([name, shown]): HeaderSpec => {
    const value = real.get(name);
    if (value !== undefined) return { name, value, masked: shown };
    // The value was stored before all values were sealed, so it is in `headers` itself.
    return { name, value: shown ?? '', masked: shown === null ? mask : null };
  });
}

/** Returns an endpoint's headers with their secret values masked. */
export function shownHeaders(
  row: Pick<EndpointRow, 'id' | 'headers' | 'sealed'>,
  cipher: Cipher,
): Record<string, string> {
  return Object.fromEntries(openHeaders(row, cipher).map(({ name, value, masked }) => [name, masked ?? value]));
}

/**
 * Seals all endpoints' headers with the current key: those sealed with an older key, and values that were stored before
 * all values were sealed.
 */
export async function sealHeadersAnew(db: Db, cipher: Cipher): Promise<void> {
  for (const row of await findAllHeaders(db)) {
    const headers = openHeaders(row, cipher);
    const isSealed = headers.every(({ name, masked }) => row.headers[name] === masked);
    if (isSealed && row.sealed !== null && cipher.isCurrent(row.sealed)) continue;
    await replaceHeaders(db, row.id, row.sealed, storedHeaders(row.id, headers, cipher));
  }
}

/**
 * Throws `invalid_header` if the headers are too many or too large. The given headers were checked when they were read,
 * but together with those that stay they may exceed the limits.
 */
function checkSize(headers: HeaderSpec[]): void {
  const size = headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (headers.length <= limits.headers && size <= limits.headerBytes) return;
  const most = `${limits.headers} and ${limits.headerBytes.toLocaleString('en-US')} bytes`;
  throw new Refusal('invalid_header', `\`headers\` must be at most ${most} together with those that stay.`, 'headers');
}
