import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import { urlOrigin } from '#src/domain/flow/url-origin.ts';
import { openTls } from '#src/engine/client-tls.ts';
import type { Seals } from '#src/engine/deps.ts';
import type { RowLookup } from '#src/engine/rows-cache.ts';
import type { TlsIdentity } from '#src/outbound/request.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import type { UpstreamRow } from '#src/store/upstream/upstream-rows.ts';
import { openHeaders } from './upstream-headers.ts';

/** A job of an upstream, with what says where it goes. */
export type Borrower = {
  project_id: string;
  url: string;
  upstream_id: string | null;
  options: { upstream?: string };
};

/** What an upstream lends to an attempt: headers with their real values, and an identity in TLS. */
export type Lent = { headers: HeaderSpec[]; tls: TlsIdentity | null };

/**
 * Returns the headers and the identity that an attempt gets from the job's upstream as it is now, with their real values. They are only for
 * sending. Returns a sentence if the upstream is gone, or has another origin now: its credentials go nowhere else. Throws a
 * SealError if the key is missing.
 */
export async function lentHeaders(
  job: Borrower,
  lookup: RowLookup<UpstreamRow>,
  { cipher }: Seals,
): Promise<Lent | string> {
  const id = job.upstream_id ?? '';
  const row = (await lookup.of(job.project_id, [id])).find((one) => one.id === id);
  const name = row?.name ?? job.options.upstream ?? '';
  if (row === undefined) return `the upstream "${name}" was deleted`;
  const [own, now] = [urlOrigin(job.url), urlOrigin(row.base_url)];
  if (own !== now) return `the upstream "${name}" is at ${now} now, and its credentials are not sent to ${own}`;
  return { headers: openHeaders(row, cipher), tls: openTls(row, sealContext.upstreamTls(row.id), cipher) };
}
