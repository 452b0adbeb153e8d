import type { Retention, RetentionView } from '#src/contract/project/retention.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { limits } from '#src/domain/limits.ts';
import { makeLiveCache } from '#src/engine/live-cache.ts';
import type { Db } from '#src/store/db/database.ts';
import {
  findProjectSettings,
  hasQuotas,
  lockProjectSettings,
  type ProjectSettingsRow,
  updateProjectSettings,
} from '#src/store/retention/project-settings.ts';

/** A change of a project's settings. Null: the server's value applies again. Absent: the setting stays. */
export type RetentionChange = { [Key in keyof Retention]?: number | null | undefined };

/** Returns the server's values, which apply if a project has none of its own. */
export function retentionDefaults(jobsDays: number): Retention {
  return {
    resultTtlSeconds: limits.resultTtlSeconds.default,
    jobsDays,
    attemptsDays: jobsDays,
    deliveriesDays: jobsDays,
  };
}

/** Returns the retention of a project. Attempts and deliveries are deleted with their job at the latest. */
export function retentionOf(row: ProjectSettingsRow, defaults: Retention): Retention {
  const jobsDays = row.retainJobsDays ?? defaults.jobsDays;
  return {
    resultTtlSeconds: row.resultTtlSeconds ?? defaults.resultTtlSeconds,
    jobsDays,
    attemptsDays: Math.min(row.retainAttemptsDays ?? defaults.attemptsDays, jobsDays),
    deliveriesDays: Math.min(row.retainDeliveriesDays ?? defaults.deliveriesDays, jobsDays),
  };
}

/** Returns the retention of a project with the server's values. `own` lists the project's own settings. */
export function retentionView(row: ProjectSettingsRow, defaults: Retention): RetentionView {
  const own: (keyof Retention)[] = [];
  if (row.resultTtlSeconds !== null) own.push('resultTtlSeconds');
  if (row.retainJobsDays !== null) own.push('jobsDays');
  if (row.retainAttemptsDays !== null) own.push('attemptsDays');
  if (row.retainDeliveriesDays !== null) own.push('deliveriesDays');
  return { ...retentionOf(row, defaults), defaults, own };
}

/**
 * Returns the row as it would be after a change. Throws `invalid_input` if attempts or deliveries would be kept for
 * longer than jobs.
 */
export function changedSettings(
  row: ProjectSettingsRow,
  change: RetentionChange,
  defaults: Retention,
): ProjectSettingsRow {
  const pick = (key: keyof Retention, now: number | null) => (change[key] === undefined ? now : change[key]);
  const next = {
    ...row,
    resultTtlSeconds: pick('resultTtlSeconds', row.resultTtlSeconds),
    retainJobsDays: pick('jobsDays', row.retainJobsDays),
    retainAttemptsDays: pick('attemptsDays', row.retainAttemptsDays),
    retainDeliveriesDays: pick('deliveriesDays', row.retainDeliveriesDays),
  };
  const jobsDays = next.retainJobsDays ?? defaults.jobsDays;
  for (const [field, days] of [
    ['attemptsDays', next.retainAttemptsDays],
    ['deliveriesDays', next.retainDeliveriesDays],
  ] as const) {
    if (days !== null && days > jobsDays) {
      const message = `${field} may be at most jobsDays (${jobsDays}): they go with their job`;
      throw new Refusal('invalid_input', message, field);
    }
  }
  return next;
}

/** Returns the project's row. Throws `not_found` if there is no such project. */
export async function loadSettings(db: Db, projectId: string): Promise<ProjectSettingsRow> {
  const row = await findProjectSettings(db, projectId);
  if (!row) throw noProject();
  return row;
}

function noProject(): Refusal {
  return new Refusal('not_found', 'there is no such project');
}

/** Returns the retention of a project. Throws `not_found`. */
export async function getRetention(db: Db, projectId: string, defaults: Retention): Promise<RetentionView> {
  return retentionView(await loadSettings(db, projectId), defaults);
}

/** Changes the retention of a project and returns it. Throws `not_found` or `invalid_input`. */
export function setRetention(
  db: Db,
  projectId: string,
  change: RetentionChange,
  defaults: Retention,
): Promise<RetentionView> {
  return db.prismaTransaction(async (tx) => {
    const row = await lockProjectSettings(tx, projectId);
    if (!row) throw noProject();
    const next = changedSettings(row, change, defaults);
    await updateProjectSettings(tx, next);
    return retentionView(next, defaults);
  });
}

/** What a submission asks of its project's settings. */
export type SubmitSettings = Retention & {
  /** True if the project has a quota. What it is, the transaction reads that stores the job. */
  hasQuota: boolean;
};

/** Cache of projects' settings, used for submissions. A value is looked up again after a second. */
export type RetentionCache = { of(projectId: string): Promise<SubmitSettings>; forget(): void };

const cacheMs = 1_000;

/** Makes the cache. `now` returns epoch milliseconds. */
export function makeRetentionCache(db: Db, defaults: Retention, now: () => number): RetentionCache {
  const cache = makeLiveCache<SubmitSettings>(cacheMs, now);
  const load = async (projectId: string): Promise<SubmitSettings> => {
    const row = await loadSettings(db, projectId);
    return { ...retentionOf(row, defaults), hasQuota: hasQuotas(row) };
  };
  return {
    of: (projectId) => cache.of(projectId, () => load(projectId)),
    forget: () => cache.forget(),
  };
}
