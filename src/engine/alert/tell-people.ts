import type { AlertInfo } from '#src/contract/event/events.ts';
import type { Queues } from '#src/engine/deps.ts';
import { tellDeliveries } from '#src/engine/event/tell-deliveries.ts';
import { newId } from '#src/engine/new-id.ts';
import { insertAlertMail } from '#src/store/alert/alert-mail-rows.ts';
import type { AlertSettingsRow } from '#src/store/alert/alert-settings-rows.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import { type AlertNews, mailText, slackBody } from './alert-text.ts';

/** Attempts at posting a message: people are told within hours, or not at all. */
const slackSchedule = [5, 30, 120, 900, 3_600];

/**
 * Writes what people are told of an alert, in the caller's transaction: a delivery to the Slack-compatible webhook, which
 * workers send like any other, and an e-mail. Returns the delivery. The caller notifies `due` after its commit.
 */
export async function tellPeople(
  tx: Tx,
  settings: AlertSettingsRow,
  { news, alert, project, now }: { news: AlertNews; alert: AlertInfo; project: string; now: Date },
  deps: Queues,
): Promise<NewDelivery | null> {
  const { project_id: projectId, slack_url: url, slack_sealed: sealed, emails } = settings;
  if (emails.length > 0)
    await insertAlertMail(tx, {
      ...{ id: newId(now.getTime()), projectId, recipients: emails },
      ...mailText(news, alert, project),
    });
  if (url === null || sealed === null) return null;
  const delivery: NewDelivery = {
    ...{ id: newId(now.getTime()), projectId, jobId: null, endpointId: null, eventId: newId(now.getTime()) },
    ...{ type: news === 'cleared' ? 'alert.cleared' : 'alert.raised', url, headers: {}, sealed },
    ...{ payload: 'full', scheduleSeconds: slackSchedule, giveUpOn: ['403', '404'], createdAt: now, terminal: false },
    ...{ claim: null, body: slackBody(news, alert, project) },
  };
  await tellDeliveries(tx, deps, [delivery]);
  return delivery;
}
