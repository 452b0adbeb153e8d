import { Refusal } from '#src/contract/shape/error-code.ts';

const eachAtOnce = 2;
/** Of this process: each keeps the database busy for as long as its caller goes on reading. */
const allAtOnce = 4;

const running = new Map<string, number>();

/**
 * The same values, while there is room for one more export; refuses with the first of them otherwise. The room is free again
 * when the values have ended or are returned, and no search for them is under way any more.
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
