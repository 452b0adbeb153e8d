import { quotaLimits } from '#src/domain/limits.ts';
import { restAfter } from '#src/domain/rest-after.ts';
import type { Reads } from '#src/engine/deps.ts';
import { type DueMeasure, findUncounted, takeDueMeasure, writeMeasure } from '#src/store/quota/measure-due.ts';
import { openQuotaUse } from '#src/store/quota/open-quota-use.ts';
import { sumBytes } from '#src/store/quota/sum-bytes.ts';

const firstId = '00000000-0000-0000-0000-000000000000';

/**
 * Measures the bytes of the projects that have a quota of them and are due. A measurement walks through the project's jobs
 * and deliveries in small steps; the longer it took, the longer is the rest before the next one. Returns the number of
 * projects.
 */
export async function measureBytes({ db }: Reads, isStopped: () => boolean = () => false): Promise<number> {
  const uncounted = await findUncounted(db);
  if (uncounted.length > 0) await openQuotaUse(db, uncounted);
  for (let count = 0; ; count++) {
    const due = isStopped() ? undefined : await takeDueMeasure(db);
    if (due === undefined) return count;
    await measure({ db }, due, isStopped);
  }
}

async function measure({ db }: Reads, due: DueMeasure, isStopped: () => boolean): Promise<void> {
  const startedMs = performance.now();
  let bytes = 0;
  for (const what of ['jobs', 'deliveries'] as const) {
    for (let afterId: string | null = firstId; afterId !== null; ) {
      if (isStopped()) return;
      const step = await sumBytes(db, what, { projectId: due.projectId, afterId });
      bytes += step.bytes;
      afterId = step.last;
    }
  }
  const restSeconds = Math.max(quotaLimits.measureSeconds, restAfter(performance.now() - startedMs) / 1_000);
  await writeMeasure(db, { ...due, bytes, restSeconds });
}
