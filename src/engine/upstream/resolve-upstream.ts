import { Refusal } from '#src/contract/shape/error-code.ts';
import { type PickedUpstream, pickUpstream } from '#src/domain/upstream/pick-upstream.ts';
import type { Upstreams } from '#src/engine/deps.ts';
import type { UpstreamRow } from '#src/store/upstream/upstream-rows.ts';

/**
 * Returns the upstream that serves a model, and the model's name as that upstream knows it: `name/model`, then the longest
 * prefix of models, then the default. Throws `unknown_model`, with the upstreams there are.
 */
export async function resolveUpstream(
  deps: Upstreams,
  projectId: string,
  model: string,
): Promise<PickedUpstream<UpstreamRow>> {
  const named = model.includes('/') ? [model.slice(0, model.indexOf('/'))] : [];
  const rows = await deps.upstreams.of(projectId, named);
  const picked = pickUpstream(rows, model);
  if (picked !== null) return picked;
  throw new Refusal('unknown_model', `no upstream serves the model "${model}"; ${routesOf(rows)}`, 'model');
}

/** Says which upstreams there are, by their names. */
export function namesOf(rows: readonly Pick<UpstreamRow, 'name'>[]): string {
  if (rows.length === 0) return 'it has none';
  return `there are ${rows.map(({ name }) => name).join(', ')}`;
}

function routesOf(rows: readonly Pick<UpstreamRow, 'name' | 'models'>[]): string {
  if (rows.length === 0) return 'this project has no upstream';
  const routes = rows.map(({ name, models }) =>
    models.length === 0 ? name : `${name} (${models.map((prefix) => `${prefix}…`).join(', ')})`,
  );
  return `there are ${routes.join(', ')}. Name one as "upstream/model", or make one the default`;
}
