import { decodeBase64 } from '#src/domain/text/base64.ts';
import type { SignatureVersion } from '#src/domain/text/signature.ts';
import { CallbackVerificationError } from './callback-event.ts';

/** A key that verifies signatures: the bytes of a shared secret (`v1`) or of an ed25519 public key (`v1a`). */
export type WebhookKey = { version: SignatureVersion; bytes: Uint8Array<ArrayBuffer> };

/** The page of public keys that verify callbacks, by its URL: `{ jwks: 'https://…/jwks.json' }`. */
export type KeyPage = { jwks: string | URL };

/** How long keys are used before their page is read again. */
const freshMs = 300_000;
/** The shortest time between two reads of a page, whatever strangers send and whatever the page answers. */
const pauseMs = 10_000;
/** How long keys are used that are older, while their page cannot be read. */
const staleMs = 3_600_000;
const timeoutMs = 5_000;
const maxPages = 100;
const maxKeys = 20;

type Known = { triedAtMs: number; readAtMs: number; keys: WebhookKey[] | null; reading: Promise<void> | null };

const pages = new Map<string, Known>();

/**
 * Returns the keys of a page. They are kept in memory. `again`: no kept key fits, so the page is read once more, if that
 * was not done in the last ten seconds. Rejects with `keys_unavailable` when there are no keys to use.
 */
export async function readKeyPage({ jwks }: KeyPage, { again = false } = {}): Promise<WebhookKey[]> {
  const url = String(jwks);
  const page = pages.get(url) ?? remember(url);
  const now = performance.now();
  const isDue = page.keys === null || again || now - page.readAtMs > freshMs;
  if (page.reading === null && isDue && now - page.triedAtMs > pauseMs) {
    page.triedAtMs = now;
    page.reading = read(url, page).finally(() => {
      page.reading = null;
    });
  }
  if (isDue) await page.reading;
  if (page.keys !== null && performance.now() - page.readAtMs <= staleMs) return page.keys;
  throw new CallbackVerificationError('keys_unavailable', `The page of public keys could not be read: ${url}`);
}

function remember(url: string): Known {
  if (pages.size >= maxPages) pages.clear();
  const page: Known = { triedAtMs: -Infinity, readAtMs: -Infinity, keys: null, reading: null };
  pages.set(url, page);
  return page;
}

/** Reads a page. Keys that were read before stay when the page cannot be read. Redirects are not followed. */
async function read(url: string, page: Known): Promise<void> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    if (response.status !== 200) return;
    const { keys } = (await response.json()) as { keys: unknown[] };
    page.keys = keys.flatMap(toKey).slice(0, maxKeys);
    page.readAtMs = performance.now();
  } catch {
    // The page may be back at the next callback, which the sender repeats.
  }
}

/** Reads an ed25519 key (RFC 8037). Keys of other kinds are left out. */
function toKey(value: unknown): WebhookKey[] {
  const { kty, crv, use = 'sig', x } = (value ?? {}) as Record<string, unknown>;
  if (kty !== 'OKP' || crv !== 'Ed25519' || use !== 'sig' || typeof x !== 'string') return [];
  const bytes = decodeBase64(x.replaceAll('-', '+').replaceAll('_', '/'));
  return bytes?.length === 32 ? [{ version: 'v1a', bytes: new Uint8Array(bytes) }] : [];
}
