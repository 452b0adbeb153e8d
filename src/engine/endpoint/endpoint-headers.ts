import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import { limits } from '#src/domain/limits.ts';
import { mask, maskUrlQuery, secretParameters } from '#src/domain/redact/redact.ts';
import { restoreQuery } from '#src/domain/redact/restore-masked.ts';
import { sealedAnew } from '#src/engine/client-tls.ts';
import type { Db } from '#src/store/db/database.ts';
import { type EndpointRow, findAllReceivers, replaceReceiver } from '#src/store/endpoint/endpoint-rows.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { openEndpointSecrets, type ReceiverSecrets, receiverText, sealContext } from '#src/store/seal/sealed-parts.ts';

type StoredReceiver = Pick<EndpointRow, 'url' | 'headers' | 'sealed'>;

/**
 * Returns an endpoint's URL and headers as they are stored. All header values are sealed, and beside them are the names,
 * each with the masked form of its value if that is secret. A URL with credentials in its query is stored masked, and
 * sealed too.
 */
export function storedReceiver(
  endpointId: string,
  { url, headers }: { url: string; headers: HeaderSpec[] },
  cipher: Cipher,
): StoredReceiver {
  const shown = maskUrlQuery(url, secretParameters(url));
  const secrets: ReceiverSecrets = {
    url: shown === url ? null : url,
    headers: Object.fromEntries(headers.map((header) => [header.name, header.value])),
  };
  const isPlain = secrets.url === null && headers.length === 0;
  return {
    url: shown,
    headers: Object.fromEntries(headers.map((header) => [header.name, header.masked])),
    sealed: isPlain ? null : cipher.seal(receiverText(secrets), sealContext.endpointHeaders(endpointId)),
  };
}

/**
 * Returns URL and headers after a change: given headers are set, removed ones are dropped, the others stay. Secret
 * headers are not sent to another origin: if the URL moves there, those that are not given again are cleared. A URL
 * given back masked keeps its secrets. `moved` is true if the URL is another one. Throws `invalid_header` if the headers
 * are too large, and `secrets_erased` or `invalid_input` for a mask that cannot be filled in.
 */
export function changedReceiver(
  row: EndpointRow,
  change: { url?: string; headers?: HeaderSpec[]; removedHeaders: string[] },
  cipher: Cipher,
): StoredReceiver & { moved: boolean; cleared: string[] } {
  if (change.url === undefined && change.headers === undefined && change.removedHeaders.length === 0) {
    return { url: row.url, headers: row.headers, sealed: row.sealed, moved: false, cleared: [] };
  }
  const before = openReceiver(row, cipher);
  const url = change.url === undefined ? before.url : filledUrl(change.url, before.url);
  const elsewhere = new URL(url).origin !== new URL(before.url).origin;
  const given = change.headers ?? [];
  const replaced = new Set([...given.map(({ name }) => name), ...change.removedHeaders]);
  const kept = before.headers.filter(({ name }) => !replaced.has(name));
  const cleared = elsewhere ? kept.filter(({ masked }) => masked !== null) : [];
  const merged = [...kept.filter((header) => !cleared.includes(header)), ...given];
  const same = url === before.url && cleared.length === 0 && given.length === 0 && change.removedHeaders.length === 0;
  if (same) return { url: row.url, headers: row.headers, sealed: row.sealed, moved: false, cleared: [] };
  checkSize(merged);
  const stored = storedReceiver(row.id, { url, headers: merged }, cipher);
  return { ...stored, moved: url !== before.url, cleared: cleared.map(({ name }) => name) };
}

/** Returns a URL with its masks filled in from the endpoint's own URL, which must have the same origin. */
function filledUrl(given: string, real: string): string {
  if (!given.includes(mask)) return given;
  if (new URL(given).origin !== new URL(real).origin)
    throw new Refusal(
      'secrets_erased',
      'the URL holds a secret that is not sent to another origin; give it anew',
      'url',
    );
  const filled = restoreQuery(given, real, secretParameters(real));
  if (filled === null) throw maskedUrl();
  return filled;
}

/** Returns the refusal of a URL that is masked where no secret is known. */
export function maskedUrl(): Refusal {
  return new Refusal('invalid_input', `\`url\` holds ${mask}: give the real value`, 'url');
}

type OpenableHeaders = Pick<EndpointRow, 'id' | 'headers' | 'sealed'>;

/** Returns an endpoint's URL and headers with their real values. A deleted endpoint no longer has its sealed values. */
export function openReceiver(
  row: OpenableHeaders & { url: string },
  cipher: Cipher,
): { url: string; headers: HeaderSpec[] } {
  const opened = openSealed(row, cipher);
  return { url: opened.url ?? row.url, headers: realHeaders(row, opened) };
}

function openSealed({ id, sealed }: OpenableHeaders, cipher: Cipher): ReceiverSecrets {
  return sealed === null ? { url: null, headers: {} } : openEndpointSecrets(cipher, id, sealed);
}

function realHeaders(row: OpenableHeaders, opened: ReceiverSecrets): HeaderSpec[] {
  const real = new Map(Object.entries(opened.headers));
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
  return Object.fromEntries(
    realHeaders(row, openSealed(row, cipher)).map(({ name, value, masked }) => [name, masked ?? value]),
  );
}

/**
 * Seals all endpoints' URLs and headers with the current key: those sealed with an older key, and values that were
 * stored before they were sealed.
 */
export async function sealReceiversAnew(db: Db, cipher: Cipher): Promise<void> {
  for (const row of await findAllReceivers(db)) {
    const receiver = openReceiver(row, cipher);
    const stored = storedReceiver(row.id, receiver, cipher);
    const tls_key = sealedAnew(row.tls_key, sealContext.endpointTls(row.id), cipher);
    const isSealed =
      row.url === stored.url && receiver.headers.every(({ name, masked }) => row.headers[name] === masked);
    const isCurrent = isSealed && (row.sealed === null ? stored.sealed === null : cipher.isCurrent(row.sealed));
    if (isCurrent && tls_key === row.tls_key) continue;
    await replaceReceiver(db, row, { ...(isCurrent ? row : stored), tls_key });
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
