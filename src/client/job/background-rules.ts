import type { BackoffFields, HeadersRule, RetryRules } from '#src/contract/submit/retry-input.ts';
import { parseStatusPattern } from '#src/domain/policy/status-pattern.ts';

/** One of the known texts, or any other text, as in an object that was not declared `as const`. */
type Known<Text> = Text | (string & {});

/**
 * The retries after a status. The strategies are `backoff` (default) and `headers`, which needs `resetHeader`. The
 * fields are those of BackoffRule and HeadersRule.
 */
export type BackgroundFetchRule = BackoffFields & {
  readonly [Field in Exclude<keyof HeadersRule, keyof BackoffFields | 'strategy' | 'type' | 'then' | 'resetFormat'>]?:
    | HeadersRule[Field]
    | undefined;
} & {
  strategy?: Known<'backoff' | 'headers'> | undefined;
  /** An alias of `strategy`. */
  type?: Known<'backoff' | 'headers'> | undefined;
  resetFormat?: Known<NonNullable<HeadersRule['resetFormat']>> | undefined;
  then?: Known<'fail'> | undefined;
};

/** Rules by status pattern, of which the most specific match decides; or a list, of which the first match decides. */
export type BackgroundFetchRules =
  | Readonly<Record<string, BackgroundFetchRule>>
  | readonly (BackgroundFetchRule & { when: string | number })[];

/** Rules as they are sent. `names` has the caller's name of each one that has another name when sent. */
export type SentRules = { rules: RetryRules; names: ReadonlyMap<string, string> };

/**
 * Takes the statuses of success out of rules, because a background fetch retries only responses that are not ok. A rule
 * with `bodyMatches` stays as it is: it asks for a look into successful responses.
 */
export function onlyFailures(given: BackgroundFetchRules): SentRules {
  const names = new Map<string, string>();
  if (Array.isArray(given)) {
    const list: unknown[] = [];
    for (const [index, rule] of given.entries()) {
      const when = isOpen(rule) ? withoutSuccess(String(rule.when)) : rule.when;
      if (when === null) continue;
      names.set(String(list.length), String(index));
      list.push(isOpen(rule) ? { ...rule, when } : rule);
    }
    return { rules: list as RetryRules, names };
  }
  const byPattern = new Map<string, unknown>();
  for (const [pattern, rule] of Object.entries(given)) {
    const sent = isOpen(rule) ? withoutSuccess(pattern) : pattern;
    if (sent === null || (sent !== pattern && sent in given)) continue;
    names.set(sent, pattern);
    byPattern.set(sent, rule);
  }
  return { rules: Object.fromEntries(byPattern) as RetryRules, names };
}

/** Returns the pattern without 200 – 299: null when nothing is left, the same text when nothing is taken out. */
function withoutSuccess(text: string): string | null {
  const pattern = parseStatusPattern(text);
  if (pattern === null || pattern.kind === 'any') return text;
  const left = pattern.ranges.flatMap(([from, to]): [number, number][] => [
    [from, Math.min(to, 199)],
    [Math.max(from, 300), to],
  ]);
  const ranges = left.filter(([from, to]) => from <= to);
  const size = (all: readonly [number, number][]) => all.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (size(ranges) === size(pattern.ranges)) return text;
  return ranges.length === 0 ? null : ranges.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',');
}

/** True for a rule without a condition on the body. What is no rule is left to Ringback, which refuses it by name. */
function isOpen(rule: unknown): rule is { when?: unknown } {
  return typeof rule === 'object' && rule !== null && !('bodyMatches' in rule && rule.bodyMatches !== undefined);
}
