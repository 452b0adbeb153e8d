import type { DeliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import { deliveryFailureWords } from '#src/contract/event/delivery-words.ts';
import { deliveryStates } from '#src/domain/decide/job-state.ts';
import { parseId } from '#src/domain/text/id.ts';
import type { Reads } from '#src/engine/deps.ts';
import type { DeliveryFilter } from '#src/store/delivery/delivery-filter-parts.ts';
import { findAttemptPlace } from '#src/store/job/read-attempts.ts';
import { dateOf, filterId, readEndpoint, statusFilter } from './job-filter.ts';

/** Id that no row has. A search for the attempt of nobody finds nothing. */
const nobody = '00000000-0000-0000-0000-000000000000';

/** Returns a filter in the form that the store needs. Throws `invalid_input` for a bad id. */
export async function deliveryFilter(
  deps: Reads,
  projectId: string,
  input: DeliveryFilterInput,
): Promise<DeliveryFilter> {
  const { endpointId, endpointName } = readEndpoint(input.endpoint);
  const { endpointId: soughtEndpoint = null, ...named } = await sought(deps, projectId, input.text?.trim() ?? '');
  const states = input.state === undefined ? [] : [...new Set([input.state].flat())];
  return {
    projectId,
    // A filter by all states finds the same deliveries as no filter by state, but slower.
    states: states.length === deliveryStates.length ? [] : states,
    endpointName,
    jobId: filterId('job', 'jobId', input.jobId),
    type: input.type ?? null,
    from: dateOf(input.from),
    to: dateOf(input.to),
    endedFrom: dateOf(input.endedFrom),
    endedTo: dateOf(input.endedTo),
    attemptFailedFrom: dateOf(input.attemptFailedFrom),
    attemptFailedTo: dateOf(input.attemptFailedTo),
    failure: input.failure ?? null,
    origin: input.origin ?? null,
    operationId: filterId('op', 'operation', input.operation),
    ...statusFilter(deliveryFailureWords, input.status),
    ...named,
    ...endpointOf([filterId('end', 'endpointId', input.endpointId), endpointId, soughtEndpoint]),
  };
}

/** Returns the endpoint that all given ids name. Nothing goes to two at once. */
function endpointOf(ids: readonly (string | null)[]): Pick<DeliveryFilter, 'endpointId' | 'id'> {
  const [endpointId = null, ...others] = new Set(ids.filter((id) => id !== null));
  return { endpointId, ...(others.length > 0 && { id: nobody }) };
}

/** Returns what a searched text means: a whole id, or a part of what is shown. */
async function sought(deps: Reads, projectId: string, text: string): Promise<Partial<DeliveryFilter>> {
  if (text === '') return {};
  const id = parseId('dlv', text);
  if (id !== null) return { id };
  const eventId = parseId('evt', text);
  if (eventId !== null) return { eventId };
  const endpoint = parseId('end', text);
  if (endpoint !== null) return { endpointId: endpoint };
  const job = parseId('job', text) ?? parseId('resp', text);
  if (job !== null) return { ownerId: job };
  const attempt = parseId('att', text);
  if (attempt === null) return { text };
  const place = await findAttemptPlace(deps.db, projectId, attempt);
  return { ownerId: place?.delivery_id ?? place?.job_id ?? nobody };
}
