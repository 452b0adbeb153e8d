import { isAsyncJobEvent, isResponseEvent } from '#src/contract/event/event-names.ts';
import type { AlertInfo, EndpointDisabledData, EventBody } from '#src/contract/event/events.ts';
import type { DeliveryError } from '#src/domain/decide/decision.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Logs, Queues, RoutesInside } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import type { HealthRow } from '#src/store/delivery/health-rows.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import { findLabels } from '#src/store/job/read-jobs.ts';
import { isListener } from '#src/store/listener/listeners.ts';
import { tellDeliveries } from './tell-deliveries.ts';

/**
 * Writes the deliveries of an `endpoint.disabled` event. The disabled endpoint itself gets none. There is no event
 * about a developer's listener.
 */
export async function raiseEndpointDisabled(
  tx: Tx,
  endpoint: Pick<HealthRow, 'id' | 'project_id' | 'name' | 'url'>,
  reason: EndpointDisabledData['reason'],
  since: Date | null,
  deps: Queues & RoutesInside & Clock & Logs,
): Promise<void> {
  deps.log.warn({ endpoint: endpoint.name, reason }, 'an endpoint is disabled');
  if (await isListener(tx, endpoint.id)) return;
  const now = new Date(deps.now());
  const event: EventBody<'endpoint.disabled'> = {
    type: 'endpoint.disabled',
    timestamp: now.toISOString(),
    data: {
      endpoint: { id: formatId('end', endpoint.id), name: endpoint.name, url: endpoint.url },
      reason,
      since: (reason === 'failing' && since ? since : now).toISOString(),
    },
  };
  await raise(tx, { projectId: endpoint.project_id, exceptId: endpoint.id, jobId: null, event, now }, deps);
}

/**
 * Writes the deliveries of a `delivery.failed` event about a job's event. There is none about an operators' event,
 * because such events would cause each other without end.
 */
export async function raiseDeliveryFailed(
  tx: Tx,
  delivery: DeliveryRow,
  error: DeliveryError,
  deps: Queues & RoutesInside & Clock,
): Promise<void> {
  const { type } = delivery;
  if (!type.startsWith('job.') && !isResponseEvent(type) && !isAsyncJobEvent(type)) return;
  if (delivery.endpoint_id !== null && (await isListener(tx, delivery.endpoint_id))) return;
  const now = new Date(deps.now());
  const event: EventBody<'delivery.failed'> = {
    type: 'delivery.failed',
    timestamp: now.toISOString(),
    data: {
      delivery: {
        id: formatId('dlv', delivery.id),
        eventId: formatId('evt', delivery.event_id),
        type: delivery.type,
        endpointId: delivery.endpoint_id && formatId('end', delivery.endpoint_id),
        jobId: delivery.job_id && formatId('job', delivery.job_id),
        url: delivery.url,
        attempts: delivery.attempt_count,
      },
      error: { code: error.code, message: error.message },
    },
  };
  const { project_id: projectId, endpoint_id: exceptId, job_id: jobId } = delivery;
  await raise(tx, { projectId, exceptId, jobId, event, now }, deps);
}

/** Writes the deliveries of an event about an alert. Returns them. */
export function raiseAlert(
  tx: Tx,
  projectId: string,
  type: 'alert.raised' | 'alert.cleared',
  { alert, now }: { alert: AlertInfo; now: Date },
  deps: Queues & RoutesInside,
): Promise<NewDelivery[]> {
  const event: EventBody = { type, timestamp: now.toISOString(), data: { alert } };
  return raise(tx, { projectId, exceptId: null, jobId: null, event, now }, deps);
}

type Raised = { projectId: string; exceptId: string | null; jobId: string | null; event: EventBody; now: Date };

/**
 * Writes the deliveries of an operators' event to every project-wide endpoint that wants its type. An endpoint with
 * labels gets an event about a job only if the job has all these labels. It gets every event that is about no job.
 */
async function raise(
  tx: Tx,
  { projectId, exceptId, jobId, event, now }: Raised,
  deps: Queues & RoutesInside,
): Promise<NewDelivery[]> {
  const wanting = (await deps.receivers.inside(tx).of(projectId)).filter(
    (one) => one.id !== exceptId && one.project_wide && one.events.includes(event.type),
  );
  const asksForLabels = wanting.some(({ labels }) => labels.length > 0);
  const had = asksForLabels && jobId !== null ? await findLabels(tx, jobId) : null;
  const receivers = wanting.filter(({ labels }) => had === null || labels.every((label) => had.includes(label)));
  if (receivers.length === 0) return [];
  const eventId = newId(now.getTime());
  const body = Buffer.from(JSON.stringify(event));
  const deliveries = receivers.map(
    (one): NewDelivery => ({
      id: newId(now.getTime()),
      projectId,
      jobId: null,
      endpointId: one.id,
      eventId,
      type: event.type,
      url: one.url,
      headers: {},
      sealed: null,
      payload: 'full',
      scheduleSeconds: one.schedule,
      giveUpOn: one.give_up_on,
      createdAt: now,
      terminal: false,
      claim: null,
      body,
    }),
  );
  await tellDeliveries(tx, deps, deliveries);
  return deliveries;
}
