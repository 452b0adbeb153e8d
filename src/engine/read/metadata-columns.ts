import type { JobSummary } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { parseMetadataPath } from '#src/domain/text/metadata-path.ts';
import type { Reads } from '#src/engine/deps.ts';
import { findMetadataTexts } from '#src/store/job/job-metadata.ts';

/** Returns the jobs with the values of the chosen paths of their metadata; without any, as they are. */
export async function withMetadata(
  deps: Reads,
  jobs: JobSummary[],
  chosen: string | string[] | undefined,
): Promise<JobSummary[]> {
  const names = chosen === undefined ? [] : [...new Set([chosen].flat())];
  if (names.length === 0) return jobs;
  const uuids = jobs.map(({ id }) => parseId('job', id) ?? '');
  const texts = await findMetadataTexts(
    deps.db,
    uuids,
    names.map((name) => parseMetadataPath(name) ?? []),
  );
  return jobs.map((job, index) => {
    const found = texts.get(uuids[index] ?? '');
    return { ...job, metadata: Object.fromEntries(names.map((name, at) => [name, found?.[at] ?? null])) };
  });
}
