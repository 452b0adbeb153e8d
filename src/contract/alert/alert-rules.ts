import type { Alert } from '#src/contract/stats/stats.ts';

/** A kind of alert. */
export type AlertKind = Alert['kind'];

/** Whether anybody is told of a kind of alert, and how long it must last before. */
export type AlertRule = { told: boolean; afterSeconds: number };

/** What applies to a kind that a project has not set. */
export const usualAlertRules: Readonly<Record<AlertKind, AlertRule>> = {
  no_workers: { told: true, afterSeconds: 60 },
  egress_down: { told: true, afterSeconds: 60 },
  endpoint_disabled: { told: true, afterSeconds: 0 },
  quota_near: { told: true, afterSeconds: 0 },
  callbacks_waiting: { told: true, afterSeconds: 60 },
  failure_rate: { told: true, afterSeconds: 300 },
  backlog_growing: { told: true, afterSeconds: 300 },
  certificate_ends: { told: true, afterSeconds: 0 },
};

/** Every kind of alert, in the order in which settings show them. */
export const alertKinds = Object.keys(usualAlertRules) as AlertKind[];

/** Answer of `alerts.settings`: who is told of a project's alerts, and when. */
export type AlertSettingsView = {
  /** The origin of the Slack-compatible webhook; its path is secret. Null: there is none. */
  slackUrl: string | null;
  emails: string[];
  timezone: string;
  /** Times of the day between which people are not told: `22:00`. `to` before `from` means the next day. */
  quiet: { from: string; to: string } | null;
  rules: Record<AlertKind, AlertRule>;
  /** False: the server has no SMTP server, so no e-mail can be sent. */
  canMail: boolean;
};

/** Answer of `alerts.test`. */
export type AlertTest = {
  /** Deliveries that are on their way, of endpoints that ask for `alert.raised`, and of Slack. */
  deliveries: { id: string; to: string }[];
  /** Addresses that an e-mail is on its way to. */
  emails: string[];
};
