import type { Db } from '#src/store/db/database.ts';

/** Certificates of an endpoint or an upstream, in PEM. */
export type CertificateRow = Readonly<{
  owner: 'endpoint' | 'upstream';
  name: string;
  certificate: string | null;
  ca: string | null;
}>;

/** Returns the certificates of all endpoints and upstreams of all projects. Both tables stay small. */
export function findCertificates(db: Db): Promise<CertificateRow[]> {
  return db.run<CertificateRow>(
    'find_certificates',
    `select 'endpoint' as owner, name, tls->>'certificate' as certificate, tls->>'ca' as ca from endpoint
       where tls is not null and deleted_at is null
     union all
     select 'upstream', name, tls->>'certificate', tls->>'ca' from upstream where tls is not null
     order by 1, 2`,
  );
}
