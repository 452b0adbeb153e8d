import { Refusal } from '#src/contract/shape/error-code.ts';
import { type IdPrefix, parseId } from '#src/domain/text/id.ts';

const nouns = {
  job: 'job',
  dlv: 'delivery',
  end: 'endpoint',
  op: 'operation',
  key: 'API key',
} as const satisfies Partial<Record<IdPrefix, string>>;

/** The kinds of ids that callers name things by. */
export type KnownPrefix = keyof typeof nouns;

/** The refusal of an id that leads to nothing; an id of another project leads to nothing, too. */
export function noSuch(prefix: KnownPrefix, id: string): Refusal {
  return new Refusal('not_found', `there is no ${nouns[prefix]} "${id.slice(0, 64)}"`, 'id');
}

/** Returns the UUID of an id (`job_…`). Throws `not_found` for a text of any other form. */
export function uuidOf(prefix: KnownPrefix, id: string): string {
  const uuid = parseId(prefix, id);
  if (uuid === null) throw noSuch(prefix, id);
  return uuid;
}

export const jobUuid = (id: string): string => uuidOf('job', id);
export const deliveryUuid = (id: string): string => uuidOf('dlv', id);
export const endpointUuid = (id: string): string => uuidOf('end', id);
export const operationUuid = (id: string): string => uuidOf('op', id);
