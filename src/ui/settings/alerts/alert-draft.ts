import { type AlertKind, type AlertRule, type AlertSettingsView, alertKinds } from '#src/contract/alert/alert-rules.ts';
import type { AlertSettingsChange } from '#src/contract/alert/alert-schemas.ts';
import { tookText } from '#src/ui/words/time-text.ts';

/** The form of the alert settings as it is filled in. */
export type AlertDraft = {
  /** The new Slack URL; null: the stored one stays, if there is one. */
  slackUrl: string | null;
  /** Addresses, one a line or with commas between them. */
  emails: string;
  timezone: string;
  isQuiet: boolean;
  from: string;
  to: string;
  rules: Record<AlertKind, AlertRule>;
};

/** Name and meaning of each kind, for the settings. */
export const alertKindWords: Readonly<Record<AlertKind, { label: string; about: string }>> = {
  no_workers: { label: 'No worker is alive', about: 'Jobs are accepted and wait.' },
  egress_down: { label: 'Nothing can be reached', about: 'A worker has no way out of its network.' },
  endpoint_disabled: {
    label: 'An endpoint was disabled',
    about: 'It answered 410, or failed for 5 days. Not when a person disabled it.',
  },
  callbacks_waiting: { label: 'Callbacks wait', about: 'The oldest has waited for more than five minutes.' },
  failure_rate: {
    label: 'Many failures',
    about: 'A quarter of the jobs, or of the attempts to deliver, of the last ten minutes; at least ten.',
  },
  quota_near: {
    label: 'A quota is nearly used up',
    about: 'Nine tenths of a quota of the project are used, or all of it.',
  },
  certificate_ends: {
    label: 'A certificate ends',
    about: 'One of an endpoint or an upstream has ended, or ends within 30 days.',
  },
  backlog_growing: { label: 'The backlog grows', about: 'More jobs are due than five minutes before.' },
};

export function draftOfAlerts(view: AlertSettingsView): AlertDraft {
  const { emails, timezone, quiet, rules } = view;
  return {
    slackUrl: view.slackUrl === null ? '' : null,
    emails: emails.join('\n'),
    timezone,
    isQuiet: quiet !== null,
    from: quiet?.from ?? '22:00',
    to: quiet?.to ?? '07:00',
    rules,
  };
}

/** Returns the addresses that a text holds. */
export function addressesIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((part) => part !== '');
}

/** Returns what the draft changes. Empty: nothing. */
export function changeOfAlerts(draft: AlertDraft, view: AlertSettingsView): AlertSettingsChange {
  const slack = draft.slackUrl?.trim();
  const emails = addressesIn(draft.emails);
  const quiet = draft.isQuiet ? { from: draft.from, to: draft.to } : null;
  const rules = Object.fromEntries(
    alertKinds
      .filter((kind) => !isSame(draft.rules[kind], view.rules[kind]))
      .map((kind) => [kind, draft.rules[kind]] as const),
  );
  return {
    // An emptied field removes the webhook; one that was never there stays away.
    ...(slack !== undefined && !(slack === '' && view.slackUrl === null) && { slackUrl: slack === '' ? null : slack }),
    ...(!isSame(emails, view.emails) && { emails }),
    ...(draft.timezone !== view.timezone && { timezone: draft.timezone.trim() }),
    ...(!isSame(quiet, view.quiet) && { quiet }),
    ...(Object.keys(rules).length > 0 && { rules }),
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const usualWaits = [0, 60, 300, 900, 3_600, 21_600];

/** Returns the choices for how long an alert must last. A value that was set otherwise is one of them. */
export function waitOptions(seconds: number): { value: string; label: string }[] {
  const all = [...new Set([...usualWaits, seconds])].sort((a, b) => a - b);
  return all.map((each) => ({ value: String(each), label: each === 0 ? 'At once' : `After ${waitText(each)}` }));
}

/** Returns a wait in whole units where it has some: `5 min`, `1 h`. */
function waitText(seconds: number): string {
  if (seconds % 3_600 === 0) return `${seconds / 3_600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : tookText(seconds * 1_000);
}

/** Returns when people are told, in words. */
export function ruleText({ told, afterSeconds }: AlertRule): string {
  if (!told) return 'Not told';
  return afterSeconds === 0 ? 'Told at once' : `Told when it has lasted for ${waitText(afterSeconds)}`;
}
