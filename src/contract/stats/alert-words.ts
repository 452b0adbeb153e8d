import { standText } from '#src/contract/project/quota-words.ts';
import { ageText } from '#src/domain/text/duration-text.ts';
import type { Alert, CappedCount } from './stats.ts';

/** What an alert says: its name, a sentence with its numbers, and the page of the dashboard that shows more. */
export type AlertWords = { title: string; sentence: string; path: string };

/** Returns the words of an alert as plain text, for what is read outside of the dashboard. */
export function alertWords(alert: Alert, nowMs: number): AlertWords {
  const lasting = (at: string) => `for ${ageText(nowMs - Date.parse(at))}`;
  switch (alert.kind) {
    case 'no_workers':
      return {
        title: 'No worker is alive',
        sentence: `No worker has been alive${alert.since === null ? '' : ` ${lasting(alert.since)}`}: jobs are accepted and wait. Start one with \`ringback worker\`.`,
        path: '/',
      };
    case 'egress_down':
      return {
        title: 'Nothing can be reached',
        sentence: `A worker has reached nothing outside ${lasting(alert.since)}: our own way out seems to be down. Deliveries wait and are not charged with it.`,
        path: '/',
      };
    case 'endpoint_disabled':
      return {
        title: `Endpoint ${alert.name} was disabled`,
        sentence: `Endpoint ${alert.name} was disabled ${disabledWords[alert.reason] ?? alert.reason}. ${skippedText(alert.skipped)} kept as skipped and can be replayed.`,
        path: `/endpoints/${alert.endpointId}`,
      };
    case 'callbacks_waiting': {
      const { waiting, oldestAt, growing, worst } = alert;
      const wait =
        waiting.count === 1 && !waiting.capped ? '1 callback waits' : `${countWords(waiting)} callbacks wait`;
      const most = worst === null ? '' : ` ${countWords(worst.waiting)} of them for ${worst.name}.`;
      return {
        title: 'Callbacks wait',
        sentence: `${wait}, the oldest ${lasting(oldestAt)}${growing ? ', and they become more' : ''}.${most}`,
        path: worst?.endpointId ? `/endpoints/${worst.endpointId}` : '/deliveries?state=waiting',
      };
    }
    case 'failure_rate': {
      const { of, failed, total, since } = alert;
      const what = of === 'jobs' ? 'jobs that ended' : 'attempts to deliver callbacks';
      const share = Math.round((failed / total) * 100);
      return {
        title: of === 'jobs' ? 'Many jobs fail' : 'Many callbacks fail',
        sentence: `${share} % of the ${what} failed in the last ten minutes: ${failed.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}.`,
        path: of === 'jobs' ? `/jobs?state=failed&from=${since}&by=end` : `/deliveries?from=${since}&by=attempt`,
      };
    }
    case 'quota_near': {
      const { quota, used, limit, resetsAt } = alert;
      const again = resetsAt === null ? '' : ` It begins anew at ${resetsAt.slice(0, 16).replace('T', ' ')} UTC.`;
      return {
        title: used >= limit ? 'A quota is used up' : 'A quota is nearly used up',
        sentence: `${standText(quota, used, limit)}.${used >= limit ? ' More jobs are refused.' : ''}${again}`,
        path: '/settings/quotas',
      };
    }
    case 'certificate_ends': {
      const { of, name, subject, endsAt } = alert;
      const leftMs = Date.parse(endsAt) - nowMs;
      const when = leftMs <= 0 ? `has ended ${ageText(-leftMs)} ago` : `ends in ${ageText(leftMs)}`;
      return {
        title: `A certificate of ${of} ${name} ${leftMs <= 0 ? 'has ended' : 'ends soon'}`,
        sentence: `${subject} ${when}. Give the ${of} a new one.`,
        path: `/${of}s/${alert.id}`,
      };
    }
    case 'backlog_growing':
      return {
        title: 'The backlog grows',
        sentence: `${countWords(alert.queued)} jobs are due, and the oldest has waited ${lasting(alert.oldestQueuedAt)}. More workers or slots would help.`,
        path: '/jobs?state=queued',
      };
  }
}

/** Why an endpoint was disabled, to follow "was disabled". */
export const disabledWords: Readonly<Record<string, string>> = {
  gone: 'after it answered 410',
  failing: 'after failing for 5 days',
  manual: 'by a person',
};

/** Returns a count as text, with a `+` if counting stopped at a limit: `10,000+`. */
export function countWords({ count, capped }: CappedCount): string {
  return `${count.toLocaleString('en-US')}${capped ? '+' : ''}`;
}

/** Returns how many events are skipped, with the verb. */
export function skippedText(skipped: CappedCount): string {
  return skipped.count === 1 && !skipped.capped ? '1 event is' : `${countWords(skipped)} events are`;
}
