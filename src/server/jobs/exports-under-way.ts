import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Actor } from '#src/server/call/actor.ts';

const eachAtOnce = 2;
/** The most exports at once in this process. Each one keeps the database busy as long as its caller reads. */
const allAtOnce = 4;

const running = new Map<string, number>();

/**
 * Returns the parts of an export after the first one was read, so that a refusal comes before the answer begins. Throws
 * `rate_limited`.
 */
export async function startExport<T>(
  caller: Pick<Actor, 'kind' | 'id'>,
  found: AsyncGenerator<T>,
  signal: AbortSignal,
): Promise<AsyncGenerator<T>> {
  const parts = withinRoom(`${caller.kind} ${caller.id}`, found);
  // The caller may disconnect before the answer has begun, and then nothing else ends the export.
  signal.addEventListener('abort', () => void parts.return(undefined));
  const first = await parts.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* parts;
  })();
}

/**
 * Passes the values of an export on, while the number of exports allows one more. Otherwise the first read is refused.
 * The place is free again when the values have ended or were returned and their last query is done.
 */
export async function* withinRoom<T>(owner: string, values: AsyncGenerator<T>): AsyncGenerator<T> {
  const own = running.get(owner) ?? 0;
  const all = [...running.values()].reduce((sum, count) => sum + count, 0);
  if (own >= eachAtOnce)
    throw new Refusal('rate_limited', `${eachAtOnce} exports of yours are under way already: let one of them end`);
  if (all >= allAtOnce)
    throw new Refusal('rate_limited', `${allAtOnce} exports are under way already: try again when one has ended`);
  running.set(owner, own + 1);
  try {
    yield* values;
  } finally {
    const left = (running.get(owner) ?? 1) - 1;
    if (left === 0) running.delete(owner);
    else running.set(owner, left);
  }
}
