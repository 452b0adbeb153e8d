import type { AlertInfo } from '#src/contract/event/events.ts';
import { alertWords } from '#src/contract/stats/alert-words.ts';
import type { Alert } from '#src/contract/stats/stats.ts';
import { formatId } from '#src/domain/text/id.ts';

/** What people are told: that an alert is there, that it is over, or that this is a test. */
export type AlertNews = 'raised' | 'cleared' | 'test';

/** Returns what an alert says, with the address of its page. */
export function alertInfo(
  alert: Alert,
  { projectId, publicUrl, since, nowMs }: { projectId: string; publicUrl: string; since: Date; nowMs: number },
): AlertInfo {
  const { title, sentence, path } = alertWords(alert, nowMs);
  const project = formatId('prj', projectId);
  const url = `${publicUrl}${path}${path.includes('?') ? '&' : '?'}project=${project}`;
  return { kind: alert.kind, title, sentence, url, since: since.toISOString() };
}

/** The alert of a test, about nothing that is wrong. */
export function testInfo(projectId: string, publicUrl: string, now: Date): AlertInfo {
  return {
    kind: 'test',
    title: 'This is a test',
    sentence: 'Alerts of this project arrive here. Nothing is wrong.',
    url: `${publicUrl}/settings/alerts?project=${formatId('prj', projectId)}`,
    since: now.toISOString(),
  };
}

const signs: Readonly<Record<AlertNews, string>> = { raised: '🔴', cleared: '✅', test: '🔔' };

/** Returns the message of a Slack-compatible webhook. Names of others are escaped, so that they make no links or mentions. */
export function slackBody(news: AlertNews, alert: AlertInfo, project: string): Buffer {
  const title = `${signs[news]} ${news === 'cleared' ? `Over: ${alert.title}` : alert.title}`;
  const lines = [`*${slackText(title)}* (${slackText(project)})`, ...sentences(news, alert).map(slackText)];
  const text = `${lines.join('\n')}\n<${alert.url}|Open in Ringback>`;
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text } }];
  return Buffer.from(JSON.stringify({ text, blocks }));
}

/** Returns subject and text of an e-mail. */
export function mailText(news: AlertNews, alert: AlertInfo, project: string): { subject: string; text: string } {
  const title = news === 'cleared' ? `Over: ${alert.title}` : alert.title;
  return {
    // A name may hold anything, but a subject is one line.
    subject: `[Ringback ${project}] ${title}`.replace(/\s+/g, ' ').slice(0, 200),
    text: [...sentences(news, alert), '', alert.url, '', `Project ${project}. Who is told: Settings, Alerts.`, ''].join(
      '\n',
    ),
  };
}

function sentences(news: AlertNews, { sentence, since }: AlertInfo): string[] {
  if (news !== 'cleared') return [sentence];
  return [`It is over. It was seen first at ${since}, and said last: ${sentence}`];
}

function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
