import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import { limits } from '#src/domain/limits.ts';
import { mask } from '#src/domain/redact/redact.ts';
import type { Db } from '#src/store/db/database.ts';
import { type EndpointRow, findAllHeaders, replaceHeaders } from '#src/store/endpoint/endpoint-rows.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { openEndpointHeaders, sealContext } from '#src/store/seal/sealed-parts.ts';

type StoredHeaders = Pick<EndpointRow, 'headers' | 'sealed'>;

/** Headers as they are stored: all values sealed, and beside them the names, with how a secret one is shown. */
export function storedHeaders(endpointId: string, headers: HeaderSpec[], cipher: Cipher): StoredHeaders {
  const values = Object.fromEntries(headers.map((header) => [header.name, header.value]));
  return {
    headers: Object.fromEntries(headers.map((header) => [header.name, header.masked])),
    sealed: headers.length === 0 ? null : cipher.seal(JSON.stringify(values), sealContext.endpointHeaders(endpointId)),
  };
}

/**
 * The headers after a change: those given are set, those removed are gone, the others stay. Secrets do not follow a URL to
 * another origin: whoever names a new receiver gives them anew, or they are cleared.
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

/** An endpoint's headers with their real values. Those of a deleted one are gone. */
export function openHeaders(row: Pick<EndpointRow, 'id' | 'headers' | 'sealed'>, cipher: Cipher): HeaderSpec[] {
  const opened = row.sealed === null ? {} : openEndpointHeaders(cipher, row.id, row.sealed);
  const real = new Map(Object.entries(opened));
  return Object.entries(row.headers).map(([name, shown]): HeaderSpec => {
    const value = real.get(name);
    if (value !== undefined) return { name, value, masked: shown };
    // Written before all values were sealed, it stands here itself.
    return { name, value: shown ?? '', masked: shown === null ? mask : null };
  });
}

/** An endpoint's headers as everyone may see them. */
export function shownHeaders(
  row: Pick<EndpointRow, 'id' | 'headers' | 'sealed'>,
  cipher: Cipher,
): Record<string, string> {
  return Object.fromEntries(openHeaders(row, cipher).map(({ name, value, masked }) => [name, masked ?? value]));
}

/** Encrypts with the current key what an older one has sealed, and values that were stored before all of them were sealed. */
export async function sealHeadersAnew(db: Db, cipher: Cipher): Promise<void> {
  for (const row of await findAllHeaders(db)) {
    const headers = openHeaders(row, cipher);
    const isSealed = headers.every(({ name, masked }) => row.headers[name] === masked);
    if (isSealed && row.sealed !== null && cipher.isCurrent(row.sealed)) continue;
    await replaceHeaders(db, row.id, row.sealed, storedHeaders(row.id, headers, cipher));
  }
}

/** What is given was measured as it was read; together with what stays it may have become too much. */
function checkSize(headers: HeaderSpec[]): void {
  const size = headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (headers.length <= limits.headers && size <= limits.headerBytes) return;
  const most = `${limits.headers} and ${limits.headerBytes.toLocaleString('en-US')} bytes`;
  throw new Refusal('invalid_header', `\`headers\` must be at most ${most} together with those that stay.`, 'headers');
}
