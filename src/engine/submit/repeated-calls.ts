import type { Tx } from '#src/store/db/database.ts';
import { type WithCall, type WrittenCall, writeModelCalls } from '#src/store/job/model-calls.ts';

/**
 * Writes the calls of new jobs. Returns, by job, the earlier job whose request it repeats: the client of a model API sends
 * a request again when it has got no answer, and may do so before the first one is stored. Without repetitions this takes
 * one statement.
 */
export async function storeCalls(tx: Tx, jobs: readonly WithCall[]): Promise<Map<string, string>> {
  const { repeated, repetitions, others } = sorted(jobs);
  const owners = new Map<string, string>();
  for (const calls of [repetitions, others]) {
    if (calls.length === 0) continue;
    for (const [id, owner] of await writeModelCalls(tx, calls)) owners.set(id, owner);
  }
  for (const [id, first] of repeated) owners.set(id, owners.get(first) ?? first);
  return owners;
}

/**
 * Sorts the calls of a batch. `repeated` are those whose request comes before them in the batch, by job; `repetitions` may
 * have one that is stored. Of several calls of one request, the last one claims it.
 */
function sorted(jobs: readonly WithCall[]) {
  const repeated = new Map<string, string>();
  const last = new Map<string, WrittenCall>();
  const repetitions: WrittenCall[] = [];
  const others: WrittenCall[] = [];
  for (const { id, projectId, call } of jobs) {
    if (call === null) continue;
    const written = { id, projectId, call, claims: call.digest !== null };
    if (call.digest === null) {
      others.push(written);
      continue;
    }
    const key = Buffer.from(call.digest).toString('hex');
    const before = last.get(key);
    if (call.repeats && before) {
      repeated.set(id, before.id);
      continue;
    }
    if (before && !before.call.repeats) before.claims = false;
    last.set(key, written);
    (call.repeats ? repetitions : others).push(written);
  }
  return { repeated, repetitions, others };
}
