import {
  type AlertKind,
  type AlertRule,
  type AlertSettingsView,
  type AlertTest,
  alertKinds,
  usualAlertRules,
} from '#src/contract/alert/alert-rules.ts';
import type { AlertSettingsChange } from '#src/contract/alert/alert-schemas.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readUrl } from '#src/contract/submit/parse-callback.ts';
import { formatClock, readClock } from '#src/domain/alert/quiet-hours.ts';
import { checkTargetUrl } from '#src/domain/egress/target-url.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Links, Queues, Reads, RoutesInside, Seals, Wakes } from '#src/engine/deps.ts';
import { raiseAlert } from '#src/engine/event/operator-event.ts';
import {
  type AlertSettingsRow,
  findAlertSettings,
  lockAlertSettings,
  type StoredAlertRules,
  updateAlertSettings,
} from '#src/store/alert/alert-settings-rows.ts';
import { findProjectName } from '#src/store/alert/project-name.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { testInfo } from './alert-text.ts';
import { tellPeople } from './tell-people.ts';

const none: Omit<AlertSettingsRow, 'project_id'> = {
  ...{ slack_url: null, slack_sealed: null, emails: [], timezone: 'UTC', quiet_from: null, quiet_to: null, rules: {} },
};

/** Returns the rule of a kind of alert. */
export function alertRule(stored: StoredAlertRules, kind: AlertKind): AlertRule {
  return { ...usualAlertRules[kind], ...stored[kind] };
}

/** Returns who is told of a project's alerts, and when. `canMail` is false without an SMTP server. */
export async function getAlertSettings({ db }: Reads, projectId: string, canMail: boolean): Promise<AlertSettingsView> {
  return viewOf((await findAlertSettings(db, projectId)) ?? none, canMail);
}

function viewOf(row: Omit<AlertSettingsRow, 'project_id'>, canMail: boolean): AlertSettingsView {
  const { quiet_from: from, quiet_to: to } = row;
  return {
    slackUrl: row.slack_url,
    emails: row.emails,
    timezone: row.timezone,
    quiet: from === null || to === null ? null : { from: formatClock(from), to: formatClock(to) },
    rules: Object.fromEntries(
      alertKinds.map((kind) => [kind, alertRule(row.rules, kind)]),
    ) as AlertSettingsView['rules'],
    canMail,
  };
}

/**
 * Changes who is told. Throws a refusal for a URL that the egress rules forbid, and `invalid_input` for addresses where no
 * e-mail can be sent, or for quiet hours that are empty.
 */
export async function setAlertSettings(
  deps: Reads & Seals & Guards,
  projectId: string,
  change: AlertSettingsChange,
  canMail: boolean,
): Promise<AlertSettingsView> {
  if (change.emails?.length && !canMail)
    throw new Refusal('invalid_input', 'no e-mail can be sent: set RINGBACK_SMTP_URL and RINGBACK_MAIL_FROM', 'emails');
  const receiver = receiverOf(change.slackUrl, projectId, deps);
  return deps.db.transaction(async (tx) => {
    const row = await lockAlertSettings(tx, projectId);
    const { rules = {}, quiet, emails, timezone } = change;
    const next: AlertSettingsRow = {
      ...row,
      ...receiver,
      ...(emails && { emails: [...new Set(emails)] }),
      ...(timezone !== undefined && { timezone }),
      ...(quiet !== undefined && quietOf(quiet)),
      rules: mergedRules(row.rules, rules),
    };
    await updateAlertSettings(tx, next);
    return viewOf(next, canMail);
  });
}

function mergedRules(stored: StoredAlertRules, given: AlertSettingsChange['rules']): StoredAlertRules {
  const changed = Object.entries(given ?? {}).map(([kind, rule]) => {
    const { told, afterSeconds } = rule ?? {};
    const set = { ...(told !== undefined && { told }), ...(afterSeconds !== undefined && { afterSeconds }) };
    return [kind, { ...stored[kind], ...set }];
  });
  return { ...stored, ...Object.fromEntries(changed) };
}

function quietOf(quiet: { from: string; to: string } | null): Pick<AlertSettingsRow, 'quiet_from' | 'quiet_to'> {
  if (quiet === null) return { quiet_from: null, quiet_to: null };
  const [from, to] = [readClock(quiet.from), readClock(quiet.to)];
  if (from === to) throw new Refusal('invalid_input', '`quiet.to` must differ from `quiet.from`', 'quiet.to');
  return { quiet_from: from, quiet_to: to };
}

/** Returns the URL as it is stored. All but its origin is secret: who knows it can post. */
function receiverOf(given: string | null | undefined, projectId: string, deps: Seals & Guards) {
  if (given === undefined) return {};
  if (given === null) return { slack_url: null, slack_sealed: null };
  if (given.includes(mask))
    throw new Refusal('invalid_input', `\`slackUrl\` holds ${mask}: give the real value`, 'slackUrl');
  const target = checkTargetUrl(readUrl(given, 'slackUrl'), deps.egress);
  if (!target.ok) throw new Refusal(target.code, target.message, 'slackUrl');
  return {
    slack_url: `${new URL(target.href).origin}/${mask}`,
    slack_sealed: deps.cipher.seal(target.href, sealContext.alertReceiver(projectId)),
  };
}

/** Sends a test to all that would be told now. Throws `invalid_input` if there is nobody. */
export async function testAlerts(
  deps: Reads & Queues & Wakes & RoutesInside & Links & Clock,
  projectId: string,
): Promise<AlertTest> {
  const now = new Date(deps.now());
  const alert = testInfo(projectId, deps.publicUrl, now);
  const told = await deps.db.transaction(async (tx) => {
    const settings = await lockAlertSettings(tx, projectId);
    const project = await findProjectName(tx, projectId);
    const events = await raiseAlert(tx, projectId, 'alert.raised', { alert, now }, deps);
    const slack = await tellPeople(tx, settings, { news: 'test', alert, project, now }, deps);
    const deliveries = slack === null ? events : [...events, slack];
    if (deliveries.length === 0 && settings.emails.length === 0)
      throw new Refusal(
        'invalid_input',
        'nobody is told of alerts yet: set a webhook or addresses, or let an endpoint ask for alert.raised',
      );
    return { deliveries, emails: settings.emails };
  });
  deps.notify('due');
  return {
    deliveries: told.deliveries.map(({ id, url }) => ({ id: formatId('dlv', id), to: url })),
    emails: told.emails,
  };
}
