import type { KnownOf } from '#src/contract/job/known-values.ts';
import type { NamedFilter } from './filters.ts';

type Words = {
  /** Name on the chip. */
  field: string;
  operator?: string;
  /** Label of the form, with an example of a value. */
  label: string;
  example: string;
  /** What is offered while a value is typed. */
  known?: KnownOf;
};

/** How the filters are named on the page. */
export const filterWords: Readonly<Record<NamedFilter, Words>> = {
  host: { field: 'host', label: 'Host is', example: 'api.openai.com', known: 'host' },
  notHost: { field: 'host', operator: 'is not', label: 'Host is not', example: 'localhost', known: 'host' },
  label: { field: 'label', label: 'Label', example: 'prod', known: 'label' },
  status: { field: 'status', label: 'Last status', example: '429, 5xx or timeout', known: 'status' },
  callback: { field: 'callback', label: 'Callback', example: 'failed, or none' },
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

/** Returns a value as a chip shows it: `≥ 3` for `>=3`. */
export function chipValue(name: NamedFilter, value: string): string {
  if (name !== 'attempts' && name !== 'duration') return value.replaceAll('_', name === 'callback' ? ' ' : '_');
  return value.replace('>=', '≥ ').replace('<=', '≤ ').replace('..', ' – ');
}
