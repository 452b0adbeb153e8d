import { notOffered, refuseOthers } from '#src/client/event/not-offered.ts';
import type { Duration, SubmitRequest } from '#src/client/index.ts';
import type { FunctionOptions } from './inngest-types.ts';

const known = ['id', 'name', 'description', 'retries', 'concurrency', 'throttle', 'triggers'];
const instead = {
  rateLimit: '`throttle` delays requests instead of dropping runs.',
  debounce: 'send the event later.',
  batchEvents: 'send one event with all data.',
  cancelOn: 'cancel with `ringback.runs.cancel`.',
  onFailure: 'catch the error in the function.',
  idempotency: 'give the event an `id`.',
  priority: 'give `step.fetch` the option `ringback: { priority }`.',
  middleware: 'call what it does in the function.',
};
const limitKey = 'its limit would be shared by all. Make a function for each key, or give `step.fetch` a flow.';

/**
 * Returns the flow of a function's requests, whose key is the function's id; undefined without a limit. Throws
 * `not_offered` for options that would mean something else here.
 */
export function flowOf(options: FunctionOptions): SubmitRequest['flow'] {
  refuseOthers(options, known, instead, 'createFunction');
  const { id, throttle } = options;
  const concurrency = concurrencyOf(options.concurrency);
  if (throttle !== undefined) refuseOthers(throttle, ['limit', 'period'], { key: limitKey }, '`throttle`');
  if (concurrency === undefined && throttle === undefined) return undefined;
  const rate = throttle && { limit: throttle.limit, periodSeconds: throttle.period as Duration };
  return { key: id, ...(concurrency && { concurrency }), ...(rate && { rate }) };
}

function concurrencyOf(given: FunctionOptions['concurrency']): number | undefined {
  if (given === undefined || typeof given === 'number') return given;
  const list = Array.isArray(given) ? given : [given];
  if (list.length !== 1) notOffered('More than one `concurrency`', 'give one limit.');
  const [one] = list;
  if (typeof one === 'number') return one;
  refuseOthers(one, ['limit', 'scope'], { key: limitKey }, '`concurrency`');
  if ((one.scope ?? 'fn') !== 'fn') notOffered(`The scope "${one.scope}"`, 'give `step.fetch` a flow of its own.');
  return one.limit;
}
