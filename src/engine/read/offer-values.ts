import type { KnownValues, KnownValuesInput } from '#src/contract/job/known-values.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatMetadataPath, metadataPaths, parseMetadataPath } from '#src/domain/text/metadata-path.ts';
import type { Reads } from '#src/engine/deps.ts';
import { findKnownValues, findMetadataValues, findNewestMetadata } from '#src/store/job/find-known-values.ts';

/** Returns values that jobs of the project have, to be offered where one is typed. Throws `invalid_input` without a path. */
export async function knownValues(deps: Reads, projectId: string, input: KnownValuesInput): Promise<KnownValues> {
  const text = input.text?.trim() ?? '';
  const wanted = { projectId, text, limit: readLimits.knownValues };
  if (input.of === 'metadataPath') return { values: await pathsLike(deps, projectId, text) };
  if (input.of !== 'metadataValue') return { values: await findKnownValues(deps.db, input.of, wanted) };
  const path = parseMetadataPath(input.path ?? '');
  if (path === null) throw new Refusal('invalid_input', 'path must be given with metadataValue', 'path');
  return { values: await findMetadataValues(deps.db, path, wanted) };
}

async function pathsLike(deps: Reads, projectId: string, text: string): Promise<string[]> {
  const seen = (await findNewestMetadata(deps.db, projectId)).flatMap(metadataPaths).map(formatMetadataPath);
  const part = text.toLowerCase();
  const fitting = [...new Set(seen)].filter((path) => path.toLowerCase().includes(part));
  return fitting.filter((path) => path.length <= readLimits.metadataPathLength).slice(0, readLimits.knownValues);
}
