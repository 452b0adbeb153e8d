import type { StreamEvent } from '#src/domain/stream/stream-event.ts';
import type { Logs, Reads, Wakes } from '#src/engine/deps.ts';
import { type GroupCommit, makeGroupCommit } from '#src/engine/pump/group-commit.ts';
import { beginStreams, deleteSuperseded, insertEvents, type StreamClaim } from '#src/store/stream/write-events.ts';

/** The next events of an attempt to write. `firstSeq` is null before its stream has begun. */
export type EventBatch = StreamClaim & { firstSeq: number | null; events: readonly StreamEvent[]; bytes: number };

/** What became of a batch: the `seq` of its first event, or null if the claim was lost and nothing was written. */
export type BatchWritten = { firstSeq: number } | null;

export type EventWriter = GroupCommit<EventBatch, BatchWritten>;

/**
 * Makes the writer of the events of all streams of a worker. Batches that are ready at the same time share a statement.
 * While the database is away, they wait.
 */
export function makeEventWriter(deps: Reads & Wakes & Logs): EventWriter {
  return makeGroupCommit<EventBatch, BatchWritten>({
    name: 'events of streams',
    commit: (batches) => writeBatches(deps, batches),
    bytesOf: ({ bytes }) => bytes,
    onUnstorable: (_batch, error) => Promise.reject(error),
    giveUpAfterMs: Number.POSITIVE_INFINITY,
    onOutage: (error) => deps.log.warn({ err: error }, 'writing events waits for the database'),
  });
}

async function writeBatches(deps: Reads & Wakes & Logs, batches: EventBatch[]): Promise<BatchWritten[]> {
  const { db, notify } = deps;
  const fresh = batches.filter(({ firstSeq }) => firstSeq === null);
  const begun = fresh.length === 0 ? new Map<string, number>() : await beginStreams(db, fresh);
  void clearSuperseded(
    deps,
    [...begun].flatMap(([jobId, firstSeq]) => (firstSeq > 0 ? [jobId] : [])),
  );
  const placed = batches.flatMap((batch) => {
    const firstSeq = batch.firstSeq ?? begun.get(batch.jobId);
    return firstSeq === undefined ? [] : [{ ...batch, firstSeq }];
  });
  const full = placed.filter(({ events }) => events.length > 0);
  const held = full.length === 0 ? new Set<string>() : await insertEvents(db, full);
  const written = new Map(
    placed.filter(({ jobId, events }) => events.length === 0 || held.has(jobId)).map((batch) => [batch.jobId, batch]),
  );
  for (const jobId of written.keys()) notify('events', jobId);
  return batches.map(({ jobId }) => {
    const batch = written.get(jobId);
    return batch === undefined ? null : { firstSeq: batch.firstSeq };
  });
}

/**
 * Deletes what is left of the events of attempts before, piece by piece, while the streams go on. What stays because the
 * process ends is deleted when the stream expires.
 */
async function clearSuperseded({ db, log }: Reads & Logs, jobIds: readonly string[]): Promise<void> {
  if (jobIds.length === 0) return;
  try {
    let gone: number;
    do gone = await deleteSuperseded(db, jobIds);
    while (gone > 0);
  } catch (err) {
    log.warn({ err }, 'deleting superseded events failed');
  }
}
