/** What was done, by the path of the procedure that did it. */
const words: Readonly<Record<string, string>> = {
  'jobs.submit': 'Submitted a job',
  'jobs.submitMany': 'Submitted a batch of jobs',
  'jobs.cancel': 'Cancelled a job',
  'jobs.cancelMany': 'Cancelled jobs',
  'jobs.rerun': 'Ran a job again',
  'jobs.rerunMany': 'Ran jobs again',
  'endpoints.create': 'Registered an endpoint',
  'endpoints.update': 'Changed an endpoint',
  'endpoints.delete': 'Deleted an endpoint',
  'endpoints.enable': 'Enabled an endpoint',
  'endpoints.disable': 'Disabled an endpoint',
  'endpoints.rotateSecret': 'Rotated an endpoint’s secret',
  'endpoints.revealSecret': 'Revealed an endpoint’s secret',
  'endpoints.endSecret': 'Ended an endpoint’s old secret',
  'endpoints.test': 'Sent a test event',
  'deliveries.resend': 'Sent a delivery again',
  'deliveries.resendFailed': 'Sent failed deliveries again',
  'deliveries.replaySkipped': 'Replayed skipped deliveries',
  'operations.stop': 'Stopped an operation',
  'apiKeys.create': 'Made an API key',
  'apiKeys.revoke': 'Revoked an API key',
  'project.rotateWebhookSecret': 'Rotated the webhook secret',
  'project.revealWebhookSecret': 'Revealed a webhook secret',
  'project.endWebhookSecret': 'Ended an old webhook secret',
  'members.invite': 'Invited somebody',
  'members.join': 'Joined the project',
  'members.revokeInvitation': 'Withdrew an invitation',
  'members.setRole': 'Changed a role',
  'members.remove': 'Removed a member',
  'projects.create': 'Made the project',
  'projects.rename': 'Renamed the project',
  'settings.setRetention': 'Changed the retention',
  'account.changePassword': 'Changed their password',
  'account.revokeSession': 'Signed out a session',
  'account.revokeOtherSessions': 'Signed out all other sessions',
  'session.signIn': 'Signed in',
  'session.signInFailed': 'Failed to sign in',
  'session.signOut': 'Signed out',
  'listeners.open': 'Opened a listener',
  'listeners.trigger': 'Triggered an event',
};

/** In words; an action without any shows its path. */
export function actionText(action: string): string {
  return words[action] ?? action;
}

/** What one filters by: the beginnings of actions. */
export const actionGroups = [
  { value: 'jobs.', label: 'Jobs' },
  { value: 'endpoints.', label: 'Endpoints' },
  { value: 'deliveries.', label: 'Deliveries' },
  { value: 'operations.', label: 'Operations' },
  { value: 'listeners.', label: 'Listeners' },
  { value: 'apiKeys.', label: 'API keys' },
  { value: 'project.', label: 'Webhook secrets' },
  { value: 'members.', label: 'Members' },
  { value: 'projects.', label: 'Project' },
  { value: 'settings.', label: 'Retention' },
  { value: 'session.', label: 'Sign-ins' },
  { value: 'account.', label: 'Accounts' },
] as const;
