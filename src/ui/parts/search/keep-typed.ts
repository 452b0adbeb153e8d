import { type SearchToken, searchTokens } from '#src/contract/search/search-tokens.ts';

/**
 * Returns what stands in the search box after the filters have changed elsewhere, while something was typed: what was
 * taken away is taken out, what was added is added, and all else stays as it was typed.
 *
 * @param typed text of the box
 * @param before filters as they were written before the change
 * @param after filters as they are written now
 */
export function keepTyped(typed: string, before: string, after: string): string {
  const [old, now] = [searchTokens(before), searchTokens(after)];
  const isIn = (tokens: readonly SearchToken[], { key, negated, value }: SearchToken) =>
    tokens.some((one) => one.key === key && one.negated === negated && one.value === value);
  const added = now.filter((token) => !isIn(old, token));
  const isReplaced = ({ key, negated }: SearchToken) =>
    key !== null && added.some((one) => one.key === key && one.negated === negated);
  const kept = searchTokens(typed).filter((token) => !isReplaced(token) && (!isIn(old, token) || isIn(now, token)));
  const pieces = [
    ...kept.map(({ start, end }) => typed.slice(start, end)),
    ...added.filter((token) => !isIn(kept, token)).map(({ start, end }) => after.slice(start, end)),
  ];
  return pieces.join(' ') + (/\s$/.test(typed) && pieces.length > 0 ? ' ' : '');
}
