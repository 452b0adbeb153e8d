import type { TlsInput, TlsView } from '#src/contract/shape/tls-input.ts';

/** Fields of certificates, as they are typed. What is empty stays as it is. */
export type TlsValues = { certificate: string; key: string; ca: string; dropsCertificate: boolean; dropsCa: boolean };

/** The first values: nothing is changed. */
export const untouchedTls: TlsValues = { certificate: '', key: '', ca: '', dropsCertificate: false, dropsCa: false };

/** Returns the change of certificates; undefined: none. What is typed goes before what is to be removed. */
export function tlsChange({ certificate, key, ca, dropsCertificate, dropsCa }: TlsValues): TlsInput | undefined {
  const typed = certificate.trim() !== '' || key.trim() !== '';
  const change: TlsInput = {
    ...(certificate.trim() !== '' && { certificate: certificate.trim() }),
    ...(key.trim() !== '' && { key: key.trim() }),
    ...(!typed && dropsCertificate && { certificate: null }),
    ...(ca.trim() !== '' ? { ca: ca.trim() } : dropsCa ? { ca: null } : {}),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

/** Returns all certificates that are shown, with what each is. */
export function certificatesOf(tls: TlsView): { what: 'Client' | 'Authority'; of: TlsView['ca'][number] }[] {
  const own = tls.certificate === null ? [] : [{ what: 'Client' as const, of: tls.certificate }];
  return [...own, ...tls.ca.map((of) => ({ what: 'Authority' as const, of }))];
}
