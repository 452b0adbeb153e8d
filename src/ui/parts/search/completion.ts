import type { KnownValuesInput } from '#src/contract/job/known-values.ts';
import { searchKey, searchTokens, searchWord } from '#src/contract/search/search-tokens.ts';
import { readLimits } from '#src/domain/limits.ts';
import { parseMetadataPath } from '#src/domain/text/metadata-path.ts';
import type { SearchPlan } from './list-search.ts';

/** What is being typed at the caret: a key, or a value of a key; and what is asked of the server for it. */
export type Completion = {
  start: number;
  end: number;
  /** Text that stands before what is completed: `host:`, `-`. */
  before: string;
  part: string;
  /** Values that are known without the server. */
  words: readonly string[];
  ask: KnownValuesInput | null;
  /** What is written behind a value that is picked. */
  after: ':' | ' ';
};

/** Returns what may follow at the caret; null where nothing is offered. */
export function completionAt(text: string, caret: number, plan: SearchPlan): Completion | null {
  const { grammar, chips, offered } = plan;
  const token = searchTokens(text).find((one) => one.start <= caret && caret <= one.end);
  if (token === undefined) return keyCompletion(plan, { start: caret, end: caret, part: '' });
  const { start, end, key, negated } = token;
  if (key === null) {
    const part = text.slice(start, end);
    return /^-?[\w.-]*$/.test(part) ? keyCompletion(plan, { start, end, part }) : null;
  }
  if (caret < token.valueStart) return null;
  const before = text.slice(start, token.valueStart);
  const name = key.toLowerCase();
  const rest = { start, end, before, part: token.value, after: ' ' as const };
  if (grammar.metadata && name.startsWith('meta.')) {
    const path = key.slice('meta.'.length);
    const known = parseMetadataPath(path) !== null && path.length <= readLimits.metadataPathLength;
    return { ...rest, words: [], ask: known ? { of: 'metadataValue', path, text: asked(token.value) } : null };
  }
  const field = grammar.fields.find((one) => one.key === name);
  if (field === undefined || (negated && !(field.name in grammar.negated))) return null;
  const { known, words = [] } = chips[field.name] ?? {};
  return {
    ...rest,
    words: [...(offered[field.name] ?? []), ...words],
    ask: known ? { of: known, text: asked(token.value) } : null,
  };
}

const asked = (text: string) => text.slice(0, readLimits.searchTextLength);

type KeyPart = { start: number; end: number; part: string };

function keyCompletion({ grammar }: SearchPlan, { start, end, part }: KeyPart): Completion {
  const { fields, negated: excluded, metadata } = grammar;
  const negated = part.startsWith('-');
  const rest = { start, end, before: negated ? '-' : '', part: part.slice(negated ? 1 : 0), after: ':' as const };
  const keys = fields.filter(({ name }) => !negated || name in excluded).map(({ key }) => key);
  if (metadata && !negated && part.startsWith('meta.'))
    return { ...rest, words: [], ask: { of: 'metadataPath', text: asked(part.slice('meta.'.length)) } };
  return { ...rest, words: metadata && !negated ? [...keys, 'meta.'] : keys, ask: null };
}

/** Returns what is offered: the fitting words, then what the server knows. */
export function offersOf({ words, part, ask, after }: Completion, known: readonly string[]): string[] {
  const wanted = part.toLowerCase();
  const fitting = words.filter((word) => (after === ':' ? word.startsWith(wanted) : word.includes(wanted)));
  const found = (ask?.of === 'metadataPath' ? known.map((path) => `meta.${path}`) : known).filter((value) =>
    value.toLowerCase().includes(wanted),
  );
  const offers = [...new Set([...fitting, ...found])];
  // What was typed already need not be offered.
  return offers.length === 1 && offers[0] === part && after === ' ' ? [] : offers;
}

/** Returns the text with a value that was picked, and the place of the caret behind it. */
export function completed(text: string, { start, end, before, after }: Completion, picked: string): [string, number] {
  const word = after === ' ' ? searchWord(picked) : searchKey(picked);
  // A picked `meta.` is followed by a path.
  const head = `${text.slice(0, start)}${before}${word}${picked === 'meta.' ? '' : after}`;
  const rest = text.slice(end);
  return [head + (after === ' ' ? rest.replace(/^\s+/, '') : rest), head.length];
}
