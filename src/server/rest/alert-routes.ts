import { type AlertSettingsView, usualAlertRules } from '#src/contract/alert/alert-rules.ts';
import { alertSettingsSchema, alertTestSchema } from '#src/contract/alert/alert-schemas.ts';
import { sampleDelivery } from './answer-samples.ts';
import { type RestRoute, route } from './route.ts';

const sampleSettings: AlertSettingsView = {
  slackUrl: 'https://hooks.slack.com/********',
  emails: ['ops@example.com'],
  timezone: 'Europe/Berlin',
  quiet: { from: '22:00', to: '07:00' },
  rules: { ...usualAlertRules },
  canMail: true,
};

/** Who is told of a project's alerts. */
export const alertRoutes: readonly RestRoute[] = [
  route('alerts.settings', {
    method: 'GET',
    path: '/v1/alerts/settings',
    summary: 'Read who is told of alerts',
    description: 'In Slack and by e-mail, of what, and when not. Of the webhook only the origin shows.',
    gives: [{ status: 200, says: 'The settings.', schema: alertSettingsSchema, example: sampleSettings }],
    errors: [],
  }),
  route('alerts.set', {
    method: 'PATCH',
    path: '/v1/alerts/settings',
    summary: 'Change who is told of alerts',
    description: 'Changes what is given; null removes the webhook or the quiet hours. The webhook is stored encrypted.',
    takes: {
      example: {
        slackUrl: 'https://hooks.slack.com/services/T000/B000/XXXX',
        quiet: { from: '22:00', to: '07:00' },
        timezone: 'Europe/Berlin',
        rules: { backlog_growing: { afterSeconds: 900 } },
      },
    },
    gives: [
      { status: 200, says: 'The settings as they are now.', schema: alertSettingsSchema, example: sampleSettings },
    ],
    errors: ['invalid_url', 'blocked_target'],
  }),
  route('alerts.test', {
    method: 'POST',
    path: '/v1/alerts/test',
    summary: 'Send a test to all that are told',
    description: 'Also in quiet hours. Endpoints get an `alert.raised` of the kind `test`.',
    gives: [
      {
        status: 202,
        says: 'What is on its way.',
        schema: alertTestSchema,
        example: {
          deliveries: [{ id: sampleDelivery.id, to: 'https://hooks.slack.com/********' }],
          emails: ['ops@example.com'],
        },
      },
    ],
    errors: ['invalid_input'],
  }),
];
