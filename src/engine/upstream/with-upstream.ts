import { Refusal } from '#src/contract/shape/error-code.ts';
import { readPolicy } from '#src/contract/submit/parse-policy.ts';
import type { FlowSpec, SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import type { RetrySetting } from '#src/domain/policy/resolve-policy.ts';
import { joinPath } from '#src/domain/upstream/join-path.ts';
import type { RowLookup } from '#src/engine/rows-cache.ts';
import type { UpstreamRow } from '#src/store/upstream/upstream-rows.ts';
import { namesOf } from './resolve-upstream.ts';

/**
 * Returns a checked submission with what its upstream has: the URL, and retries, timeout and flow that the job does not give
 * itself. One without an upstream, or with one that was looked up, is returned as it is. Throws `invalid_input` for an
 * unknown upstream or a path that does not go with its base URL.
 */
export async function withUpstream(
  lookup: RowLookup<UpstreamRow>,
  projectId: string,
  spec: SubmitSpec,
): Promise<SubmitSpec> {
  const { upstream } = spec;
  if (upstream === null || upstream.id !== null) return spec;
  const rows = await lookup.of(projectId, [upstream.name]);
  const row = rows.find(({ name }) => name === upstream.name);
  if (row === undefined) {
    const message = `there is no upstream "${upstream.name}" in this project; ${namesOf(rows)}`;
    throw new Refusal('invalid_input', message, 'upstream');
  }
  const { left, path } = upstream;
  const joined = joinPath(row.base_url, path);
  if (!joined.ok) throw new Refusal('invalid_input', `\`path\` ${joined.rule}`, 'path');
  const retry = retryOf(row);
  return {
    ...spec,
    url: joined.href,
    upstream: { ...upstream, id: row.id },
    policy: left.policy === null || retry === undefined ? spec.policy : readPolicy({ ...left.policy, retry }),
    timeoutMs: left.timeout ? (row.timeout_ms ?? spec.timeoutMs) : spec.timeoutMs,
    flow: spec.flow ?? flowOf(row),
  };
}

/** Returns the retries of an upstream's jobs; undefined: the usual ones. */
function retryOf({ retry, format }: UpstreamRow): RetrySetting | undefined {
  return retry ?? (format === 'openai' || format === 'anthropic' ? format : undefined);
}

function flowOf({ name, flow }: UpstreamRow): FlowSpec | null {
  return flow && { ...flow, key: flow.key ?? `upstream:${name}` };
}
