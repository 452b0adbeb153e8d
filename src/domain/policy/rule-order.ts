import { policyLimits } from '#src/domain/limits.ts';
import { matchValues } from './body-match.ts';
import { sameJson } from './json-equal.ts';
import type { JsonValue, Rule } from './policy.ts';
import {
  invalidRetry,
  isPolicyRefusal,
  type OrRefusal,
  type PolicyRefusal,
  readBodyMatch,
  readStrategy,
  type StrategyInput,
} from './read-strategy.ts';
import { covers, overlaps, parseStatusPattern, type StatusPattern, specificity } from './status-pattern.ts';

/** A rule of the array form. */
export type ListedRuleInput = StrategyInput & { when: string | number };

/** Rules by pattern, of which the most specific match decides; or a list, of which the first match decides. */
export type RulesInput = Record<string, StrategyInput> | ListedRuleInput[];

type Placed = { rule: Rule; field: string };

/**
 * Reads rules and puts them in order of precedence: a list keeps its order, an object is ordered by specificity,
 * whatever the order of its keys. Refuses a pattern that cannot be read, and a rule that can never match because
 * earlier rules, or `accept`, take all its statuses.
 */
export function orderRules(input: RulesInput, field: string, accept: StatusPattern): OrRefusal<Rule[]> {
  const entries: [text: string, strategy: StrategyInput, field: string][] = Array.isArray(input)
    ? input.map((rule, index) => [String(rule.when), rule, `${field}.${index}`])
    : Object.entries(input).map(([text, rule]) => [text, rule, `${field}.${text}`]);
  if (entries.length > policyLimits.maxRules) {
    return invalidRetry(field, `may hold at most ${policyLimits.maxRules} rules.`);
  }
  const placed: Placed[] = [];
  for (const [text, strategy, path] of entries) {
    const rule = readRule(text, strategy, path);
    if (isPolicyRefusal(rule)) return rule;
    placed.push({ rule, field: path });
  }
  if (!Array.isArray(input)) placed.sort(bySpecificity);
  const shadowed = findShadowed(placed, accept);
  return shadowed ?? numberKeys(placed.map(({ rule }) => rule));
}

/** Puts rules before a preset's rules. Rules of the preset that can no longer match are left out. */
export function joinRules(own: Rule[], preset: Rule[]): Rule[] {
  const rest = preset.filter((rule) => shadowsOf(rule, own) === null);
  return numberKeys([...own, ...rest.map((rule) => ({ ...rule, key: rule.when.text }))]);
}

function readRule(text: string, input: StrategyInput, field: string): OrRefusal<Rule> {
  if (text.length > policyLimits.patternLength) {
    return invalidRetry(field, `must be a status pattern of at most ${policyLimits.patternLength} characters.`);
  }
  const when = parseStatusPattern(text);
  if (when === null) {
    return invalidRetry(field, `is not a status pattern: write "429", "500-599", "5xx", "42x", "401,403" or "any".`);
  }
  const strategy = readStrategy(input, field);
  if ('code' in strategy) return strategy;
  const bodyMatches = readBodyMatch(input, field);
  if (bodyMatches !== null && 'code' in bodyMatches) return bodyMatches;
  const rule: Rule = { key: when.text, when, bodyMatches, onlyRepeatable: false, strategy };
  return input.then === undefined ? rule : { ...rule, then: input.then };
}

/**
 * Compares rules by specificity. Ties are broken by a condition on the body (the narrower rule comes first), the lowest
 * status, and the text.
 */
function bySpecificity(a: Placed, b: Placed): number {
  const [left, right] = [a.rule, b.rule];
  return (
    specificity(left.when) - specificity(right.when) ||
    Number(left.bodyMatches === null) - Number(right.bodyMatches === null) ||
    (left.when.ranges[0]?.[0] ?? 0) - (right.when.ranges[0]?.[0] ?? 0) ||
    (left.key < right.key ? -1 : 1)
  );
}

function findShadowed(placed: Placed[], accept: StatusPattern): PolicyRefusal | null {
  for (const [index, { rule, field }] of placed.entries()) {
    const earlier = placed.slice(0, index).map((other) => other.rule);
    const by = shadowsOf(rule, earlier);
    if (by !== null) {
      const names = by.map((other) => `"${other.key}"`).join(' and ');
      const verb = by.length === 1 ? 'decides' : 'decide';
      return {
        code: 'shadowed_rule',
        message: `Rule "${rule.key}" can never match: ${names} ${verb} about all its statuses first.`,
        field,
      };
    }
    if (!seesAny(rule.when, accept)) {
      return {
        code: 'shadowed_rule',
        message: `Rule "${rule.key}" can never match: accept "${accept.text}" completes the job on all its statuses.`,
        field,
      };
    }
  }
  return null;
}

/** Returns the earlier rules that take all statuses of this one, or null if something is left. */
function shadowsOf(rule: Rule, earlier: readonly Rule[]): Rule[] | null {
  const takers = earlier.filter(
    (other) =>
      (other.bodyMatches === null || takesBodiesOf(other, rule)) &&
      (!other.onlyRepeatable || rule.onlyRepeatable) &&
      overlaps(other.when, rule.when),
  );
  const single = takers.find((other) => covers(other.when, rule.when));
  if (single !== undefined) return [single];
  const patterns = takers.map((other) => other.when);
  return takers.length > 0 && covers(patterns, rule.when) ? takers : null;
}

/** Returns true if rule `a` matches every body that rule `b` matches. */
function takesBodiesOf(a: Rule, b: Rule): boolean {
  if (a.bodyMatches === null || b.bodyMatches === null) return a.bodyMatches === b.bodyMatches;
  const others = matchValues(a.bodyMatches);
  const isTaken = (value: JsonValue) => others.some((other) => sameJson(other, value));
  return a.bodyMatches.pointer === b.bodyMatches.pointer && matchValues(b.bodyMatches).every(isTaken);
}

/**
 * Returns true if a response with one of the rule's statuses can reach the rule. Rules that name 2xx are checked before
 * `accept`; every other rule sees only the statuses that `accept` leaves.
 */
function seesAny(when: StatusPattern, accept: StatusPattern): boolean {
  if (when.kind !== 'any' && overlaps(when, { ...when, ranges: [[200, 299]] })) return true;
  return !covers(accept, when);
}

function numberKeys(rules: Rule[]): Rule[] {
  const seen = new Map<string, number>();
  return rules.map((rule) => {
    const count = (seen.get(rule.key) ?? 0) + 1;
    seen.set(rule.key, count);
    return count === 1 ? rule : { ...rule, key: `${rule.key}#${count}` };
  });
}
