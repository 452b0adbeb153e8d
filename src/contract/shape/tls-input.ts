import { z } from 'zod';
import { tlsLimits } from '#src/domain/limits.ts';

/**
 * TLS towards one receiver or upstream. All texts are PEM. In a change, what is absent stays and null removes; null for
 * the whole removes all.
 */
export type TlsInput = {
  /** The client's certificate, with its chain behind it; with `key`. Null removes certificate and key. */
  certificate?: string | null | undefined;
  /** The private key of the certificate, without a passphrase. It is stored encrypted and never shown again. */
  key?: string | undefined;
  /** The authorities that are believed instead of the public ones, one or more. Null: the public ones. */
  ca?: string | null | undefined;
};

/** What is shown of a certificate. */
export type CertificateView = {
  subject: string;
  issuer: string;
  /** SHA-256 of the certificate. */
  fingerprint: string;
  expiresAt: string;
};

/** What is shown of TLS towards a receiver or an upstream. The private key is never shown. */
export type TlsView = {
  /** The client's certificate; null: none. */
  certificate: CertificateView | null;
  /** The authorities that are believed; empty: the public ones. */
  ca: CertificateView[];
};

const pem = (what: string, most: number) =>
  z.string({ error: `must be ${what} in PEM` }).max(most, `must be at most ${most} characters`);

/** The schema of a `TlsInput`. */
export const tlsInputSchema = z.strictObject(
  {
    certificate: pem('a certificate', tlsLimits.certificateLength)
      .nullish()
      .describe("The client's certificate in PEM, with its chain behind it. With `key`. Null removes both."),
    key: pem('a private key', tlsLimits.keyLength)
      .optional()
      .describe('Its private key in PEM, without a passphrase. It is stored encrypted and never shown again.'),
    ca: pem('certificates', tlsLimits.caLength)
      .nullish()
      .describe('Authorities in PEM that are believed instead of the public ones. Null: the public ones.'),
  },
  { error: 'must be an object: { certificate, key, ca }' },
) satisfies z.ZodType<TlsInput>;

const certificateSchema = z
  .strictObject({
    subject: z.string(),
    issuer: z.string(),
    fingerprint: z.string().describe('SHA-256 of the certificate.'),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Certificate', description: 'What is shown of a certificate.' }) satisfies z.ZodType<CertificateView>;

/** The schema of a `TlsView`. */
export const tlsViewSchema = z
  .strictObject({
    certificate: certificateSchema.nullable().describe("The client's certificate; null: none."),
    ca: z.array(certificateSchema).describe('Authorities that are believed; empty: the public ones.'),
  })
  .meta({
    id: 'ClientTls',
    description: 'TLS towards one receiver or upstream, without the private key.',
  }) satisfies z.ZodType<TlsView>;
