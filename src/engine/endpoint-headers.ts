import { Refusal } from '#src/contract/error-code.ts';
import { limits } from '#src/contract/limits.ts';
import type { HeaderSpec } from '#src/contract/submit.ts';
import type { Cipher } from '#src/store/cipher.ts';
import type { EndpointRow } from '#src/store/endpoints.ts';
import { sealContext } from '#src/store/job-options.ts';

type StoredHeaders = { headers: Record<string, string>; sealed: Uint8Array | null };

/** Headers as they are stored: masked, and the real values of what is masked sealed beside them. */
export function storedHeaders(endpointId: string, headers: HeaderSpec[], cipher: Cipher): StoredHeaders {
  const secret = headers.filter((header) => header.masked !== null);
  const values = Object.fromEntries(secret.map((header) => [header.name, header.value]));
  return {
    headers: Object.fromEntries(headers.map((header) => [header.name, header.masked ?? header.value])),
    sealed: secret.length === 0 ? null : cipher.seal(JSON.stringify(values), sealContext.endpointHeaders(endpointId)),
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

/** An endpoint's headers with their real values. */
export function openHeaders(row: Pick<EndpointRow, 'id' | 'headers' | 'sealed'>, cipher: Cipher): HeaderSpec[] {
  const opened: Record<string, string> =
    row.sealed === null
      ? {}
      : JSON.parse(cipher.open(row.sealed, sealContext.endpointHeaders(row.id)).toString('utf8'));
  const real = new Map(Object.entries(opened));
  return Object.entries(row.headers).map(([name, shown]): HeaderSpec => {
    const value = real.get(name);
    return value === undefined ? { name, value: shown, masked: null } : { name, value, masked: shown };
  });
}

/** What is given was measured as it was read; together with what stays it may have become too much. */
function checkSize(headers: HeaderSpec[]): void {
  const size = headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (headers.length <= limits.headers && size <= limits.headerBytes) return;
  const most = `${limits.headers} and ${limits.headerBytes.toLocaleString('en-US')} bytes`;
  throw new Refusal('invalid_header', `\`headers\` must be at most ${most} together with those that stay.`, 'headers');
}
