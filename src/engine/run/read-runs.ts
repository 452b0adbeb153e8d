import type { RunDetail, RunListInput, RunPage } from '#src/contract/run/run-view.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Reads } from '#src/engine/deps.ts';
import { noSuch, runUuid } from '#src/engine/show/known-id.ts';
import { badCursor, cutPage } from '#src/engine/show/page-cut.ts';
import { findRunJobs } from '#src/store/run/run-job-rows.ts';
import { findRunParts } from '#src/store/run/run-part-rows.ts';
import { findRun, listRuns } from '#src/store/run/run-rows.ts';
import { tallyRuns } from '#src/store/run/run-tally-rows.ts';
import { toRunDetail, toRunLine } from './to-run.ts';

/** Returns a run with its steps and turns. Throws `not_found`. */
export async function getRun({ db }: Reads, projectId: string, id: string): Promise<RunDetail> {
  const uuid = runUuid(id);
  const row = await findRun(db, projectId, uuid);
  if (!row) throw noSuch('run', id);
  return toRunDetail(row, await findRunParts(db, uuid), await findRunJobs(db, uuid));
}

/** Returns a page of the project's runs, newest first. */
export async function runPage({ db }: Reads, projectId: string, input: RunListInput): Promise<RunPage> {
  const limit = input.limit ?? readLimits.pageSize.default;
  const beforeId = input.cursor === undefined ? null : parseId('run', input.cursor);
  if (input.cursor !== undefined && beforeId === null) throw badCursor();
  const states = input.state === undefined ? null : [input.state].flat();
  const { name = null, label = null } = input;
  const rows = await listRuns(db, { projectId, states, name, label, beforeId, limit: limit + 1 });
  const { page, last } = cutPage(rows, limit);
  const tallies = await tallyRuns(
    db,
    page.map(({ id }) => id),
  );
  const byRun = new Map(tallies.map((tally) => [tally.run_id, tally]));
  return { runs: page.map((row) => toRunLine(row, byRun.get(row.id))), nextCursor: last && formatId('run', last.id) };
}
