import { createHash } from 'node:crypto';

/**
 * A kind of line: of a flow key; of an origin whose jobs have all slots of a worker that they may have; of an origin
 * and credentials whose rate limit is used up; or of a pause of the project or of one host.
 */
export type LineKind = 'flow' | 'origin' | 'cooldown' | 'pause';

/** What names a line. */
export type LineName = { projectId: string; kind: LineKind; key: string };

/**
 * Returns the id of a line. It is made from the line's name, so that a job's line is known without a query, and that
 * all statements can lock lines in the order of their ids.
 */
export function lineIdOf({ projectId, kind, key }: LineName): string {
  const hex = createHash('sha256').update(`${projectId} ${kind} ${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
