import type { Db } from '#src/store/db/database.ts';

/** Certificates of an endpoint or an upstream, in PEM. */
export type CertificateRow = Readonly<{
  owner: 'endpoint' | 'upstream';
  id: string;
  project_id: string;
  name: string;
  certificate: string | null;
  ca: string | null;
}>;

/** Returns the certificates of all endpoints and upstreams of all projects. Both tables stay small. */
export function findCertificates(db: Db): Promise<CertificateRow[]> {
  return db.run<CertificateRow>('find_certificates', certificates(''));
}

/** Returns the certificates of a project's endpoints and upstreams. */
export function findCertificatesOf(db: Db, projectId: string): Promise<CertificateRow[]> {
  return db.run<CertificateRow>('find_certificates_of_project', certificates('and project_id = $1'), [projectId]);
}

const certificates = (which: string) =>
  `select 'endpoint' as owner, id, project_id, name, tls->>'certificate' as certificate, tls->>'ca' as ca from endpoint
       where tls is not null and deleted_at is null ${which}
     union all
     select 'upstream', id, project_id, name, tls->>'certificate', tls->>'ca' from upstream where tls is not null ${which}
     order by 1, name, id`;
