import type { JobFilter } from '#src/store/job/job-filter-parts.ts';

type Ids = Record<'unknown' | 'bigOperation' | 'bigFlow' | 'oldFlow' | 'bigUpstream', string>;
type NamedFilters = Record<string, Partial<JobFilter>>;

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);

/** Filters of jobs whose plans are looked at, by what they ask for. */
export function plannedFilters({ unknown, bigOperation, bigFlow, oldFlow, bigUpstream }: Ids): NamedFilters {
  return {
    ...byIndex({ unknown, bigOperation, bigFlow, oldFlow, bigUpstream }),
    ...rowByRow(unknown),
  };
}

function byIndex({ unknown, bigOperation, bigFlow, oldFlow, bigUpstream }: Ids): NamedFilters {
  return {
    nothing: {},
    'a state': { states: ['failed'] },
    'the most common state': { states: ['completed'] },
    'several states': { states: ['failed', 'cancelled', 'in_progress'] },
    'a host of many jobs': { host: 'api.openai.com' },
    'a host with one job': { host: 'once.example.com' },
    'an unknown host': { host: 'nowhere.test' },
    'a status': { statusRange: [429, 429] },
    'a status that never occurs': { statusRange: [418, 418] },
    'a class of statuses': { statusRange: [500, 599] },
    'a kind of failure': { errorCodes: ['dns_error', 'connection_refused', 'tls_error'] },
    'a failure that never occurs': { errorCodes: ['unstorable'] },
    'what was run again': { rerunOf: unknown },
    'a failure of one kind': { failure: 'api.openai.com 503' },
    'a flow of many jobs': { flowId: bigFlow },
    'a flow that has ended long ago': { flowId: oldFlow },
    'an unknown flow': { flowId: unknown },
    'an operation of many jobs': { operationId: bigOperation },
    'an operation that made nothing': { operationId: unknown },
    'an upstream of many jobs': { upstreamName: 'openai' },
    'an upstream by its id': { upstreamId: bigUpstream },
    'an upstream that was used long ago': { upstreamName: 'old' },
    'an upstream that is gone': { upstreamId: unknown },
  };
}

function rowByRow(unknown: string): NamedFilters {
  return {
    'all hosts but one': { notHost: 'api.openai.com' },
    'a common label': { label: 'prod' },
    'a rare label': { label: 'found-twice' },
    'a label that was common once': { label: 'once-common' },
    'an unknown label': { label: 'nowhere' },
    'a good status': { statusRange: [201, 201] },
    'a good status that never occurs': { statusRange: [304, 304] },
    'a method': { method: 'PUT' },
    'a method that never occurs': { method: 'BREW' },
    'an API key': { apiKeyId: unknown },
    'a common model': { model: 'gpt-5' },
    'a rare model': { model: 'rare' },
    'an unknown model': { model: 'nobody' },
    'a failed callback': { callback: { states: ['failed'], none: false } },
    'a callback that was delivered, or none': { callback: { states: ['delivered'], none: true } },
    'no callback': { callback: { states: [], none: true } },
    'a callback that never was so': { callback: { states: ['cancelled'], none: false } },
    'an endpoint': { endpointName: 'seeded' },
    'a failed callback to an endpoint': {
      endpointId: '00000000-0000-7000-8000-0000000000e1',
      callback: { states: ['failed'], none: false },
    },
    'an endpoint that nothing was sent to': { endpointId: unknown },
    'no callback to an endpoint': { endpointName: 'seeded', callback: { states: [], none: true } },
    'many attempts': { attempts: { min: 3, max: null } },
    'more attempts than there are': { attempts: { min: 999, max: 1_000 } },
    'a long duration': { durationMs: { min: 5_000, max: null } },
    'an impossible duration': { durationMs: { min: 1e9, max: 2e9 } },
    'a value of the metadata': { metadata: [{ path: ['customer', 'id'], value: '42' }] },
    'two values that never go together': {
      metadata: [
        { path: ['customer', 'id'], value: '42' },
        { path: ['tier'], value: 'none' },
      ],
    },
    'a key by its name': { apiKeyName: 'nobody' },
    'the last hour': { from: ago(1 / 24) },
    'what ended in the last hour': { endedFrom: ago(1 / 24) },
    'a day long ago': { from: ago(25), to: ago(24) },
    text: { text: '/things/77' },
    'text that is nowhere': { text: 'nowhere' },
  };
}

/** Returns every filter, and every two that do not contradict each other. */
export function pairsOf(filters: NamedFilters): [string, Partial<JobFilter>][] {
  return Object.entries(filters).flatMap(([what, filter], index, all): [string, Partial<JobFilter>][] => [
    [what, filter],
    ...all
      .slice(index + 1)
      .filter(([, other]) => !Object.keys(other).some((name) => name in filter))
      .map(([also, other]): [string, Partial<JobFilter>] => [`${what} and ${also}`, { ...filter, ...other }]),
  ]);
}

/** Fields whose known values are offered. */
export const knownFields = [
  ...(['host', 'label', 'status', 'method', 'flow', 'upstream', 'endpoint', 'model', 'apiKey', 'failure'] as const),
  ...(['deliveryStatus', 'deliveryFailure', 'deliveryOrigin'] as const),
];
