import { formatId } from '#src/domain/text/id.ts';

export type Call = { name: string; procedure: string; input?: unknown };

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

/** Filters to measure: those that people use, and those that cost most. */
const filters: Record<string, object> = {
  'no filter': {},
  'state failed': { state: 'failed' },
  'state completed': { state: 'completed' },
  'active states': { state: ['queued', 'retrying', 'in_progress', 'scheduled'] },
  'large host': { host: 'api.openai.com' },
  'host of one job': { host: 'once.example.com' },
  'not a host': { notHost: 'api.openai.com' },
  'common label': { label: 'prod' },
  'rare label': { label: 'found-twice' },
  'label common once': { label: 'once-common' },
  'status 429': { status: 429 },
  'status 5xx': { status: '5xx' },
  'status that never occurs': { status: 304 },
  timeouts: { status: 'timeout' },
  'method PUT': { method: 'PUT' },
  'method that never occurs': { method: 'BREW' },
  'API key': { apiKeyId: formatId('key', '00000000-0000-7000-8000-000000000001') },
  'last hour': { from: ago(1 / 24) },
  'a day long ago': { from: ago(25), to: ago(24) },
  text: { text: 'things/77' },
  'text that is nowhere': { text: 'nowhere' },
};

export type Known = { jobId: string; oldJobId: string; endpointId: string; deliveryId: string };

/** Returns every call of the dashboard that reads many rows, with every filter and every possible pair of filters. */
export function dashboardCalls({ jobId, oldJobId, endpointId, deliveryId }: Known): Call[] {
  const all = Object.entries(filters);
  const pairs = all.flatMap(([name, filter], index) =>
    all
      .slice(index + 1)
      .filter(([, other]) => !Object.keys(other).some((key) => key in filter))
      .map(([also, other]): [string, object] => [`${name} + ${also}`, { ...filter, ...other }]),
  );
  const stateless = ([, filter]: [string, object]) => !('state' in filter);
  const call = (
    procedure: string,
    named: [string, object][],
    input: (filter: object) => unknown = (filter) => filter,
  ) => named.map(([name, filter]): Call => ({ name, procedure, input: input(filter) }));
  const deliveries: Record<string, object> = {
    'no filter': {},
    'state failed': { state: 'failed' },
    'state delivered': { state: 'delivered' },
    endpoint: { endpointId },
    'endpoint + skipped': { endpointId, state: 'skipped' },
    'type job.failed': { type: 'job.failed' },
    'type that never occurs': { type: 'endpoint.disabled' },
    'a job': { jobId },
    'a day long ago': { from: ago(25), to: ago(24) },
    'failed long ago': { from: ago(25), to: ago(24), state: 'failed' },
  };
  const audit: Record<string, object> = {
    'no filter': {},
    'action of endpoints': { action: 'endpoints.' },
    'action that never occurs': { action: 'nothing.' },
    'an actor': { actorId: 'seeded' },
    'an actor of nothing': { actorId: 'nobody' },
    'a target': { target: endpointId },
    'a day long ago': { from: ago(25), to: ago(24) },
  };
  const ranges = ['15m', '1h', '6h', '24h', '7d', '30d'];
  return [
    ...call('jobs.list', [...all, ...pairs]),
    ...call('jobs.list', [
      ['a page far back', { cursor: oldJobId }],
      ['the page before that', { before: oldJobId }],
    ]),
    ...call('jobs.counts', [...all, ...pairs].filter(stateless)),
    ...call('jobs.newerCount', all, (filter) => ({ filter, than: jobId })),
    ...call('jobs.newerCount', [['since thirty days ago', {}]], (filter) => ({ filter, than: oldJobId })),
    ...call('deliveries.list', Object.entries(deliveries)),
    ...call('operations.list', [
      ['no filter', {}],
      ['running', { state: 'running' }],
    ]),
    ...call('audit.list', Object.entries(audit)),
    ...call('jobs.get', [['a job', { id: jobId }]]),
    ...call('jobs.view', [['a job', { id: jobId }]]),
    ...call('jobs.attempts', [['a job', { id: jobId }]]),
    ...call('deliveries.get', [['a delivery', { id: deliveryId }]]),
    ...ranges.map((range): Call => ({ name: range, procedure: 'stats.overview', input: { range } })),
    ...ranges.map((range): Call => ({ name: range, procedure: 'stats.endpoint', input: { id: endpointId, range } })),
    { name: 'of the frame', procedure: 'stats.now' },
    { name: 'all', procedure: 'endpoints.list' },
    { name: 'of jobs', procedure: 'views.list', input: { page: 'jobs' } },
    { name: 'me', procedure: 'session.me' },
  ];
}
