import { Refusal } from '#src/contract/shape/error-code.ts';
import { refuse } from '#src/contract/shape/shape.ts';
import type { RerunEdits } from '#src/contract/submit/rerun-input.ts';
import type { SubmitSpec, UpstreamUse } from '#src/contract/submit/submit-spec.ts';
import { urlOrigin } from '#src/domain/flow/url-origin.ts';
import { isBelow, joinPath } from '#src/domain/upstream/join-path.ts';
import { namesOf } from '#src/engine/upstream/resolve-upstream.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import type { UpstreamRow } from '#src/store/upstream/upstream-rows.ts';

/** The upstreams that a rerun may need: those that the job and the edits name. */
export function namedUpstreams(job: FullJobRow, { upstream }: RerunEdits = {}): string[] {
  return [...(job.upstream_id === null ? [] : [job.upstream_id]), ...(typeof upstream === 'string' ? [upstream] : [])];
}

/**
 * Returns edits in which an upstream and a path are written as the URL that they make, with that upstream. A path alone is
 * one of the job's upstream. `upstream` is null if the edits name neither. Throws `conflicting_fields` or `invalid_input`.
 */
export function withUrl(
  job: FullJobRow,
  { upstream: name, path, ...edits }: RerunEdits,
  rows: readonly UpstreamRow[],
): { edits: RerunEdits; upstream: UpstreamRow | null } {
  if (name === undefined && path === undefined) return { edits, upstream: null };
  if (edits.url !== undefined) {
    const message = '`url` and `upstream` or `path` exclude each other; give one of them.';
    throw new Refusal('conflicting_fields', message, 'edits.url');
  }
  const upstream = rows.find((row) => (name === undefined ? row.id === job.upstream_id : row.name === name));
  if (upstream === undefined) {
    const asked = name === undefined ? 'is missing: the job has no upstream' : `names none of the project`;
    throw refuse('invalid_input', 'edits.upstream', `${asked}; ${namesOf(rows)}.`);
  }
  if (typeof path !== 'string') throw refuse('invalid_input', 'edits.path', 'is missing: it goes with `upstream`.');
  const joined = joinPath(upstream.base_url, path);
  if (!joined.ok) throw refuse('invalid_input', 'edits.path', joined.rule);
  return { edits: { ...edits, url: joined.href }, upstream };
}

/**
 * Returns the job's submission for its upstream. An edited URL that is below the base URL stays with the upstream, and any
 * other leaves it. Throws `invalid_input` if a job whose URL stays has lost its upstream, because no attempt would get its
 * credentials.
 */
export function ofUpstream(
  spec: SubmitSpec,
  job: FullJobRow,
  rows: readonly UpstreamRow[],
  isMoved: boolean,
): SubmitSpec {
  if (job.upstream_id === null) return spec;
  const row = rows.find(({ id }) => id === job.upstream_id);
  if (row && (isMoved ? isBelow(spec.url, row.base_url) : urlOrigin(spec.url) === urlOrigin(row.base_url)))
    return { ...spec, upstream: usedUpstream(row) };
  if (isMoved) return spec;
  const name = row?.name ?? job.options.upstream ?? '';
  const lost = row === undefined ? 'was deleted' : `is at ${urlOrigin(row.base_url)} now`;
  throw new Refusal(
    'invalid_input',
    `the upstream "${name}" ${lost}; give \`upstream\` and \`path\`, or \`url\``,
    'edits',
  );
}

/** Returns the upstream of a job whose URL and settings are known. */
export function usedUpstream({ id, name }: Pick<UpstreamRow, 'id' | 'name'>): UpstreamUse {
  return { id, name, path: '', left: { policy: null, timeout: false } };
}
