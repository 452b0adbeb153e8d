import { Refusal } from '#src/contract/shape/error-code.ts';
import { type IdPrefix, parseId } from '#src/domain/text/id.ts';

const nouns = {
  job: 'job',
  dlv: 'delivery',
  end: 'endpoint',
  op: 'operation',
  key: 'API key',
  sch: 'schedule',
  run: 'run',
  ups: 'upstream',
  resp: 'response',
} as const satisfies Partial<Record<IdPrefix, string>>;

/** Prefixes of ids that clients use in requests. */
export type KnownPrefix = keyof typeof nouns;

/** Returns the refusal of an id without a row in the project. An id of another project gets the same refusal. */
export function noSuch(prefix: KnownPrefix, id: string): Refusal {
  return new Refusal('not_found', `there is no ${nouns[prefix]} "${id.slice(0, 64)}"`, 'id');
}

/** Returns the UUID of an id (`job_…`). Throws `not_found` for a text of any other form. */
export function uuidOf(prefix: KnownPrefix, id: string): string {
  const uuid = parseId(prefix, id);
  if (uuid === null) throw noSuch(prefix, id);
  return uuid;
}

/** Returns the UUID of a job's id. Throws `not_found`. */
export const jobUuid = (id: string): string => uuidOf('job', id);
/** Returns the UUID of a delivery's id. Throws `not_found`. */
export const deliveryUuid = (id: string): string => uuidOf('dlv', id);
/** Returns the UUID of an endpoint's id. Throws `not_found`. */
export const endpointUuid = (id: string): string => uuidOf('end', id);
/** Returns the UUID of a run's id. Throws `not_found`. */
export const runUuid = (id: string): string => uuidOf('run', id);
/** Returns the UUID of an operation's id. Throws `not_found`. */
export const operationUuid = (id: string): string => uuidOf('op', id);
