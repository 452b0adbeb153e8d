import type { Alert } from './stats.ts';

/**
 * Returns what an alert is about, which tells it from others of its kind: an id, a name of a quota, what fails. It is empty
 * for kinds of which there is one.
 */
export function alertSubject(alert: Alert): string {
  switch (alert.kind) {
    case 'endpoint_disabled':
      return alert.endpointId;
    case 'certificate_ends':
      return alert.id;
    case 'quota_near':
      return alert.quota;
    case 'failure_rate':
      return alert.of;
    default:
      return '';
  }
}
