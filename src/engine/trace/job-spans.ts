import { formatId } from '#src/domain/text/id.ts';
import type { OpenSpan, SpanFacts, Tracer } from '#src/engine/tracer.ts';
import type { OutboundRequest } from '#src/outbound/request.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import type { NewJob } from '#src/store/job/insert-jobs.ts';
import type { TraceContext } from '#src/store/job/job-options.ts';
import { methodFacts, requestFacts } from './outcome-facts.ts';

/** Begins the span of a submit. */
export function beginSubmit(tracer: Tracer, job: NewJob): OpenSpan {
  const { 'http.request.method': method } = methodFacts(job.method);
  return tracer.begin(`submit ${method}`, 'producer', {
    ...messageFacts('jobs', 'submit', 'send', formatId('job', job.id)),
    'ringback.job.id': formatId('job', job.id),
    'ringback.project.id': formatId('prj', job.projectId),
    'ringback.job.method': job.method,
    'ringback.job.host': job.host,
  });
}

/** Begins the span of one attempt of a job, in the trace of its submit. */
export function beginAttempt(tracer: Tracer, job: ClaimedJob, worker: string): OpenSpan {
  const facts = requestFacts(job.method, job.url, job.attempt_count);
  const id = formatId('job', job.id);
  return tracer.begin(
    `attempt ${facts['http.request.method']}`,
    'client',
    {
      ...facts,
      ...messageFacts('jobs', 'attempt', 'process', id),
      'ringback.job.id': id,
      'ringback.project.id': formatId('prj', job.project_id),
      'ringback.attempt': job.attempt_count,
      'ringback.worker': worker,
    },
    job.options.trace,
  );
}

/** Begins the span of one attempt of a delivery, in the trace of its job's submit. */
export function beginDelivery(
  tracer: Tracer,
  delivery: DeliveryRow,
  worker: string,
  context: TraceContext | undefined,
): OpenSpan {
  const { job_id: jobId, endpoint_id: endpointId } = delivery;
  const facts = requestFacts('POST', delivery.url, delivery.attempt_count);
  return tracer.begin(
    'deliver POST',
    'client',
    {
      ...facts,
      ...messageFacts('deliveries', 'deliver', 'process', formatId('evt', delivery.event_id)),
      ...(jobId !== null && { 'ringback.job.id': formatId('job', jobId) }),
      ...(endpointId !== null && { 'ringback.endpoint.id': formatId('end', endpointId) }),
      'ringback.project.id': formatId('prj', delivery.project_id),
      'ringback.delivery.id': formatId('dlv', delivery.id),
      'ringback.event.type': delivery.type,
      'ringback.attempt': delivery.attempt_count,
      'ringback.worker': worker,
    },
    context,
  );
}

/** Returns the request with the headers of a span. What the caller has set under these names is sent unchanged. */
export function carrySpan(request: OutboundRequest, span: OpenSpan | null): OutboundRequest {
  const has = (wanted: string) => request.headers.some(([name]) => name.toLowerCase() === wanted);
  if (span === null || has('traceparent')) return request;
  return { ...request, headers: [...request.headers, ...span.headers.filter(([name]) => !has(name))] };
}

function messageFacts(queue: string, operation: string, type: 'send' | 'process', id: string): SpanFacts {
  return {
    'messaging.system': 'ringback',
    'messaging.destination.name': queue,
    'messaging.operation.name': operation,
    'messaging.operation.type': type,
    'messaging.message.id': id,
  };
}
