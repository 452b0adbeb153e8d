import { describe, expect, it } from 'vitest';
import { certificatesOf, tlsChange, untouchedTls } from '#src/ui/parts/form/tls-values.ts';

describe('the change of certificates', () => {
  it.each([
    ['nothing typed', {}, undefined],
    ['a certificate and its key', { certificate: ' c\n', key: 'k\n' }, { certificate: 'c', key: 'k' }],
    ['a key alone, which the server refuses', { key: 'k' }, { key: 'k' }],
    ['authorities alone', { ca: 'a' }, { ca: 'a' }],
    ['the certificate removed', { dropsCertificate: true }, { certificate: null }],
    ['the authorities removed', { dropsCa: true }, { ca: null }],
    ['both removed', { dropsCertificate: true, dropsCa: true }, { certificate: null, ca: null }],
    [
      'others typed where the old ones were to be removed',
      { certificate: 'c', key: 'k', ca: 'a', dropsCertificate: true, dropsCa: true },
      { certificate: 'c', key: 'k', ca: 'a' },
    ],
  ])('is right for %s', (_, typed, change) => {
    expect(tlsChange({ ...untouchedTls, ...typed })).toEqual(change);
  });

  it('lists the client first', () => {
    const one = (subject: string) => ({
      subject,
      issuer: 'i',
      fingerprint: subject,
      expiresAt: '2030-01-01T00:00:00.000Z',
    });
    expect(
      certificatesOf({ certificate: one('c'), ca: [one('a'), one('b')] }).map(({ what, of }) => what + of.subject),
    ).toEqual(['Clientc', 'Authoritya', 'Authorityb']);
  });
});
