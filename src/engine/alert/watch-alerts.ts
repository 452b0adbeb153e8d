import { alertKinds } from '#src/contract/alert/alert-rules.ts';
import { alertSubject } from '#src/contract/stats/alert-subject.ts';
import type { Alert } from '#src/contract/stats/stats.ts';
import { type AlertMemory, type AlertStep, stepAlert } from '#src/domain/alert/alert-step.ts';
import { isQuiet, minuteOfDay } from '#src/domain/alert/quiet-hours.ts';
import type { Clock, Links, Logs, Paces, Queues, Reads, RoutesInside, Wakes } from '#src/engine/deps.ts';
import { raiseAlert } from '#src/engine/event/operator-event.ts';
import { overview } from '#src/engine/stats/overview.ts';
import { deleteOldAlertMails } from '#src/store/alert/alert-mail-rows.ts';
import { type AlertSettingsRow, lockAlertSettings } from '#src/store/alert/alert-settings-rows.ts';
import { type AlertStateRow, findAlertStates, replaceAlertStates } from '#src/store/alert/alert-state-rows.ts';
import { holdAlertProject, type LookedProject, takeAlertProjects } from '#src/store/alert/due-alert-projects.ts';
import { findProjectName } from '#src/store/alert/project-name.ts';
import type { Tx } from '#src/store/db/database.ts';
import { alertRule } from './alert-settings.ts';
import { alertInfo } from './alert-text.ts';
import { tellPeople } from './tell-people.ts';

type Deps = Reads & Queues & Wakes & RoutesInside & Links & Clock & Paces & Logs;

const batch = 20;

/**
 * Looks at the alerts of projects that somebody wants to be told of, and writes what changed together with what is told of
 * it. A project is looked at by one process at a time, so nobody is told twice. Workers and web processes call it: when no
 * worker is alive, web tells. Returns the number of projects.
 */
export async function watchAlerts(deps: Deps, isStopped: () => boolean = () => false): Promise<number> {
  const { db, pace } = deps;
  await deleteOldAlertMails(db);
  // What has become due meanwhile waits for the next call, so that a call has an end.
  const startedAt = deps.now();
  let count = 0;
  for (let more = true; more && !isStopped(); ) {
    const everyMs = pace.alertMs + deps.now() - startedAt;
    const projects = await db.transaction((tx) => takeAlertProjects(tx, everyMs, batch));
    for (const project of projects) {
      if (isStopped()) break;
      await lookAt(project, deps).catch((err: unknown) =>
        deps.log.warn({ err, projectId: project.project_id }, 'looking for alerts failed'),
      );
    }
    count += projects.length;
    more = projects.length === batch;
  }
  return count;
}

async function lookAt(project: LookedProject, deps: Deps): Promise<void> {
  const seen = await overview(deps, project.project_id, { range: '1h' });
  const told = await deps.db.transaction(async (tx) => {
    if (!(await holdAlertProject(tx, project))) return 0;
    return compare(tx, project.project_id, { alerts: seen.alerts, nowMs: Date.parse(seen.to) }, deps);
  });
  if (told > 0) deps.notify('due');
}

/** Compares what is there with what was, and writes both the new state and what is told. Returns how many changes were told. */
async function compare(
  tx: Tx,
  projectId: string,
  { alerts, nowMs }: { alerts: readonly Alert[]; nowMs: number },
  deps: Deps,
): Promise<number> {
  const settings = await lockAlertSettings(tx, projectId);
  const before = new Map((await findAlertStates(tx, projectId)).map((row) => [keyOf(row), row]));
  const now = new Map(alerts.map((alert) => [keyOf(placeOf(alert)), alert]));
  const after: AlertStateRow[] = [];
  const quiet = isQuietNow(settings, nowMs);
  let told = 0;
  for (const key of new Set([...before.keys(), ...now.keys()])) {
    const row = before.get(key);
    const alert = now.get(key) ?? (row?.alert as Alert);
    // A kind that nobody wants to hear of, or that this version does not know, is forgotten without a word.
    if (!alertKinds.includes(alert.kind)) continue;
    const rule = alertRule(settings.rules, alert.kind);
    if (!rule.told) continue;
    const step = stepAlert(row === undefined ? null : memoryOf(row), {
      ...{ nowMs, quiet, isThere: now.has(key), afterMs: rule.afterSeconds * 1_000 },
      overAfterMs: deps.pace.alertOverSeconds * 1_000,
    });
    const since = new Date(row?.since ?? nowMs);
    if (step.event !== null || step.told !== null) told += 1;
    await write(tx, settings, { alert, since, step, nowMs }, deps);
    if (step.memory !== null) after.push(rowOf(alert, step.memory));
  }
  await replaceAlertStates(tx, projectId, after);
  return told;
}

async function write(
  tx: Tx,
  settings: AlertSettingsRow,
  { alert, since, step, nowMs }: { alert: Alert; since: Date; step: AlertStep; nowMs: number },
  deps: Deps,
): Promise<void> {
  if (step.event === null && step.told === null) return;
  const { project_id: projectId } = settings;
  const info = alertInfo(alert, { projectId, publicUrl: deps.publicUrl, since, nowMs });
  const now = new Date(deps.now());
  if (step.event !== null) await raiseAlert(tx, projectId, `alert.${step.event}`, { alert: info, now }, deps);
  if (step.told === null) return;
  const project = await findProjectName(tx, projectId);
  await tellPeople(tx, settings, { news: step.told, alert: info, project, now }, deps);
}

function isQuietNow({ quiet_from: from, quiet_to: to, timezone }: AlertSettingsRow, nowMs: number): boolean {
  return from !== null && to !== null && isQuiet(minuteOfDay(nowMs, timezone), { from, to });
}

type Place = { kind: string; subject: string };

/** Returns what tells an alert from others: its kind, and what it is about. */
function placeOf(alert: Alert): Place {
  return { kind: alert.kind, subject: alertSubject(alert) };
}

function keyOf({ kind, subject }: Place): string {
  return `${kind} ${subject}`;
}

const ms = (date: Date | null) => date?.getTime() ?? null;
const date = (time: number | null) => (time === null ? null : new Date(time));

function memoryOf(row: AlertStateRow): AlertMemory {
  const { raised_at, told_at, gone_at, cleared_at } = row;
  return {
    sinceMs: row.since.getTime(),
    ...{ raisedMs: ms(raised_at), toldMs: ms(told_at), goneMs: ms(gone_at), clearedMs: ms(cleared_at) },
  };
}

function rowOf(alert: Alert, memory: AlertMemory): AlertStateRow {
  const { sinceMs, raisedMs, toldMs, goneMs, clearedMs } = memory;
  return {
    ...placeOf(alert),
    ...{ alert, since: new Date(sinceMs), raised_at: date(raisedMs), told_at: date(toldMs) },
    ...{ gone_at: date(goneMs), cleared_at: date(clearedMs) },
  };
}
