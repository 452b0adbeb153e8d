import { deliveryGrammar, deliveryStateWords, deliveryTypes } from '#src/contract/search/delivery-grammar.ts';
import type { FilterWords, SearchPlan } from '#src/ui/parts/search/list-search.ts';
import type { DeliveryChip } from './delivery-filters.ts';

const statuses = ['5xx', '4xx', '3xx', '429', 'timeout', 'connection_error', 'dns_error', 'tls_certificate'];

const chips: Readonly<Record<DeliveryChip, FilterWords>> = {
  endpoint: { field: 'endpoint', label: 'Endpoint', example: 'its name, or end_…', known: 'endpoint' },
  type: { field: 'type', label: 'Type of the event', example: 'job.failed', words: deliveryTypes },
  status: {
    ...{ field: 'status', label: 'Last status', example: '429, 5xx or timeout', known: 'deliveryStatus' },
    words: [...statuses, 'payload_expunged', 'endpoint_deleted'],
  },
  job: { field: 'job', label: 'Job', example: 'job_…' },
  origin: {
    ...{ field: 'origin', label: 'URLs of jobs at', example: 'https://app.example.com', known: 'deliveryOrigin' },
  },
  operation: { field: 'operation', label: 'Sent again by operation', example: 'op_…' },
  failure: {
    ...{ field: 'failure', label: 'Kind of failure', example: 'app.example.com 503:5xx', known: 'deliveryFailure' },
  },
};

/** How the list of deliveries is searched, and how that is named. */
export const deliverySearchPlan: SearchPlan = {
  label: 'Search deliveries',
  placeholder: 'Part of a URL, any id, or endpoint: status: …',
  grammar: deliveryGrammar,
  chips,
  offered: { state: deliveryStateWords },
  hints: {
    state: 'open, failed',
    endpoint: 'its name',
    type: 'job.failed',
    status: '503, 5xx, timeout',
    job: 'job_…',
    origin: 'https://app.example.com',
    operation: 'op_…',
    failure: 'kind of failure',
  },
};
