import { tlsLimits } from '#src/domain/limits.ts';
import { judgedCertificates } from '#src/engine/client-tls.ts';
import type { CertificateRow } from '#src/store/stats/find-certificates.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** Checks that no certificate of an endpoint or an upstream has expired or is about to. */
export function checkCertificates(
  rows: readonly Pick<CertificateRow, 'owner' | 'name' | 'certificate' | 'ca'>[],
  nowMs: number,
): Finding {
  const all = rows.flatMap(({ owner, name, ...tls }) =>
    judgedCertificates(tls).map(({ subject, expiresAt }) => ({
      says: `${subject} of ${owner} ${name} (${expiresAt.slice(0, 10)})`,
      leftMs: Date.parse(expiresAt) - nowMs,
    })),
  );
  const over = all.filter(({ leftMs }) => leftMs <= 0);
  const soon = all.filter(({ leftMs }) => leftMs > 0 && leftMs < tlsLimits.warnDays * 86_400_000);
  const cure = 'Give the endpoint or the upstream a new certificate: field `tls`.';
  const list = (some: typeof all) => some.map(({ says }) => says).join(', ');
  if (over.length > 0) return problem('certificates', `expired: ${list([...over, ...soon])}`, cure);
  if (soon.length > 0) return warning('certificates', `expire within ${tlsLimits.warnDays} days: ${list(soon)}`, cure);
  return ok(
    'certificates',
    all.length === 0 ? 'none' : `${all.length}, none of which expires within ${tlsLimits.warnDays} days`,
  );
}
