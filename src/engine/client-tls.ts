import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { refuse } from '#src/contract/shape/shape.ts';
import type { CertificateView, TlsInput, TlsView } from '#src/contract/shape/tls-input.ts';
import type { TlsIdentity } from '#src/outbound/request.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';

/** TLS towards one receiver or upstream, as the columns of its row. `tls_key` is sealed. */
export type StoredTls = {
  tls: { certificate: string | null; ca: string | null } | null;
  tls_key: Buffer | Uint8Array | null;
};

/** The columns of a row without certificates. */
export const noTls: StoredTls = { tls: null, tls_key: null };

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Returns the columns after a change: what is not given stays. Throws `invalid_input` with the field and what is wrong
 * with it: no PEM, a key that is not the certificate's, a certificate that has expired.
 *
 * @param context what the key is sealed under
 */
export function changedTls(
  before: StoredTls,
  given: TlsInput | null | undefined,
  { context, cipher, nowMs }: { context: string; cipher: Cipher; nowMs: number },
): StoredTls {
  if (given === undefined) return { tls: before.tls, tls_key: before.tls_key };
  if (given === null) return noTls;
  const ca = given.ca === undefined ? (before.tls?.ca ?? null) : given.ca;
  if (typeof given.ca === 'string')
    for (const one of readCertificates(given.ca, 'tls.ca')) checkValid(one, 'tls.ca', nowMs);
  const { certificate: text, key: keyText } = given;
  if (text === undefined && keyText === undefined)
    return columnsOf(before.tls?.certificate ?? null, ca, before.tls_key);
  if (text === null) {
    if (keyText !== undefined) throw refuse('conflicting_fields', 'tls.key', 'is given without a certificate.');
    return columnsOf(null, ca, null);
  }
  if (text === undefined || keyText === undefined) {
    const [missing, there] = text === undefined ? ['certificate', 'key'] : ['key', 'certificate'];
    throw refuse('invalid_input', `tls.${missing}`, `is missing: \`tls.${there}\` is given without it.`);
  }
  const [leaf] = readCertificates(text, 'tls.certificate') as [X509Certificate];
  checkValid(leaf, 'tls.certificate', nowMs);
  if (!leaf.checkPrivateKey(readKey(keyText)))
    throw refuse('invalid_input', 'tls.key', 'does not belong to the certificate, which must come before its chain.');
  return columnsOf(text, ca, cipher.seal(keyText, context));
}

/** Throws `invalid_input` if there are certificates for a URL without TLS. */
export function checkGoesWithTls({ tls }: StoredTls, url: string): void {
  if (tls !== null && !url.startsWith('https:'))
    throw refuse('invalid_input', 'tls', 'goes with an https URL only; null removes it.');
}

/** Returns what is shown of the certificates; null: there are none. */
export function shownTls({ tls }: StoredTls): TlsView | null {
  if (tls === null) return null;
  return { certificate: certificatesOf(tls.certificate)[0] ?? null, ca: certificatesOf(tls.ca) };
}

/** Returns what is shown of each certificate in a stored text. */
export function certificatesOf(text: string | null): CertificateView[] {
  return (text?.match(block) ?? []).map((one) => viewOf(new X509Certificate(one)));
}

/** Returns the certificates of a row that requests depend on: the client's own, and the authorities. Its chain is not looked at. */
export function judgedCertificates(tls: { certificate: string | null; ca: string | null }): CertificateView[] {
  return [...certificatesOf(tls.certificate).slice(0, 1), ...certificatesOf(tls.ca)];
}

/** Returns the certificate of a row that ends first. */
export function firstToEnd(tls: { certificate: string | null; ca: string | null }): CertificateView | null {
  return judgedCertificates(tls).sort((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt))[0] ?? null;
}

/** Returns the identity that requests have; null: the usual one. Throws a SealError if the encryption key is missing. */
export function openTls({ tls, tls_key: sealed }: StoredTls, context: string, cipher: Cipher): TlsIdentity | null {
  if (tls === null) return null;
  const key = sealed === null ? null : cipher.open(sealed, context).toString('utf8');
  const { certificate, ca } = tls;
  const print = createHash('sha256')
    .update(JSON.stringify([certificate, key, ca]))
    .digest('base64');
  return { print, certificate, key, ca };
}

/** Returns what is sealed, sealed by the current encryption key: as it is, if it is that already. */
export function sealedAnew<T extends Uint8Array | null>(sealed: T, context: string, cipher: Cipher): T | Buffer {
  if (sealed === null || cipher.isCurrent(sealed)) return sealed;
  return cipher.seal(cipher.open(sealed, context), context);
}

function columnsOf(certificate: string | null, ca: string | null, key: StoredTls['tls_key']): StoredTls {
  return certificate === null && ca === null ? noTls : { tls: { certificate, ca }, tls_key: key };
}

function readCertificates(text: string, field: string): X509Certificate[] {
  const blocks = text.match(block) ?? [];
  if (blocks.length === 0) throw refuse('invalid_input', field, 'must be PEM: -----BEGIN CERTIFICATE----- and so on.');
  if (text.includes('PRIVATE KEY'))
    throw refuse('invalid_input', field, 'holds a private key, which belongs into `tls.key`.');
  return blocks.map((one, index) => {
    try {
      return new X509Certificate(one);
    } catch {
      const which = blocks.length === 1 ? '' : `, in the ${index + 1}. of ${blocks.length} blocks`;
      throw refuse('invalid_input', field, `holds what is no certificate${which}.`);
    }
  });
}

function readKey(text: string): KeyObject {
  if (/ENCRYPTED/.test(text)) throw refuse('invalid_input', 'tls.key', 'has a passphrase: give it without one.');
  try {
    return createPrivateKey(text);
  } catch {
    throw refuse('invalid_input', 'tls.key', 'must be a private key in PEM: -----BEGIN PRIVATE KEY----- and so on.');
  }
}

function checkValid(certificate: X509Certificate, field: string, nowMs: number): void {
  const { subject, validFromDate, validToDate } = certificate;
  const who = oneLine(subject);
  if (validToDate.getTime() <= nowMs)
    throw refuse('invalid_input', field, `has expired: ${who} was valid until ${validToDate.toISOString()}.`);
  if (validFromDate.getTime() > nowMs)
    throw refuse('invalid_input', field, `is not valid yet: ${who} is from ${validFromDate.toISOString()} on.`);
}

function viewOf({ subject, issuer, fingerprint256, validToDate }: X509Certificate): CertificateView {
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    fingerprint: fingerprint256,
    expiresAt: validToDate.toISOString(),
  };
}

/** Node writes a distinguished name on several lines. */
function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ');
}
