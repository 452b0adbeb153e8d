import { callbackWords } from '#src/contract/job/job-filter-words.ts';
import { jobGrammar } from '#src/contract/search/job-search.ts';
import { jobStates } from '#src/domain/decide/job-state.ts';
import type { FilterWords, SearchPlan } from '#src/ui/parts/search/list-search.ts';
import type { NamedFilter } from './filters.ts';

const chips: Readonly<Record<NamedFilter, FilterWords>> = {
  host: { field: 'host', label: 'Host is', example: 'api.openai.com', known: 'host' },
  notHost: { field: 'host', operator: 'is not', label: 'Host is not', example: 'localhost', known: 'host' },
  label: { field: 'label', label: 'Label', example: 'prod', known: 'label' },
  status: { field: 'status', label: 'Last status', example: '429, 5xx or timeout', known: 'status' },
  callback: { field: 'callback', label: 'Callback', example: 'failed, or none', words: callbackWords },
  endpoint: { field: 'endpoint', label: 'Callback to', example: 'name of an endpoint', known: 'endpoint' },
  attempts: { field: 'attempts', label: 'Attempts', example: '>=3 or 2..5' },
  duration: { field: 'duration', label: 'Duration', example: '>5s or 1m..5m' },
  method: { field: 'method', label: 'Method', example: 'POST', known: 'method' },
  flow: { field: 'flow', label: 'Flow', example: 'openai', known: 'flow' },
  upstream: { field: 'upstream', label: 'Upstream', example: 'openai', known: 'upstream' },
  model: { field: 'model', label: 'Model', example: 'gpt-5', known: 'model' },
  key: { field: 'API key', label: 'API key', example: 'its name, or key_…', known: 'apiKey' },
  failure: {
    ...{ field: 'failure', operator: 'is', label: 'Kind of failure', example: 'api.example.com 503:5xx' },
    known: 'failure',
  },
  rerunOf: { field: 'runs again', operator: 'job', label: 'Runs again', example: 'job_…' },
  operation: { field: 'operation', label: 'Dealt with by operation', example: 'op_…' },
};

/** How the list of jobs is searched, and how that is named. */
export const jobSearchPlan: SearchPlan = {
  label: 'Search jobs',
  placeholder: 'Part of a URL, any id, or host: status: meta. …',
  grammar: jobGrammar,
  chips,
  offered: {
    state: jobStates,
    status: ['5xx', '4xx', 'timeout', 'connection_error', 'blocked'],
    attempts: ['>=2', '>=3', '>=5', '1'],
    duration: ['>1s', '>5s', '>30s', '>1m', '>5m'],
  },
  hints: {
    state: 'failed',
    status: '503, 5xx, timeout',
    host: 'api.example.com',
    label: 'prod',
    method: 'POST',
    callback: 'failed, none',
    endpoint: 'its name',
    attempts: '>=3',
    duration: '>5s',
    flow: 'its key',
    upstream: 'its name',
    model: 'gpt-5',
    key: 'name of the API key',
    failure: 'kind of failure',
    'rerun-of': 'job_…',
    operation: 'op_…',
    'meta.': 'metadata: meta.customer.id:42',
  },
};

/** Returns a value as a chip shows it: `≥ 3` for `>=3`. */
export function jobChipValue(name: string, value: string): string {
  if (name !== 'attempts' && name !== 'duration') return value.replaceAll('_', name === 'callback' ? ' ' : '_');
  return value.replace('>=', '≥ ').replace('<=', '≤ ').replace('..', ' – ');
}
