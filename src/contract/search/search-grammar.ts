import { readLimits } from '#src/domain/limits.ts';
import { formatMetadataMatch, parseMetadataMatch, parseMetadataPath } from '#src/domain/text/metadata-path.ts';
import { nearestName } from '#src/domain/text/nearest-name.ts';
import { quotedWord, type SearchToken, searchKey, searchTokens, searchWord } from './search-tokens.ts';

/** Filters by their names, each empty without a value. `text` is what is searched for. */
export type SearchWords = Record<string, string> & { text: string };

/** A filter that is written as `key:value`. `read` returns its value as it is kept, or what is allowed. */
export type SearchField = {
  name: string;
  key: string;
  read: (value: string) => { value: string } | { allowed: string };
};

/** What a search box of a list takes. `negated` names the filters that a minus before a key stands for. */
export type SearchGrammar = {
  fields: readonly SearchField[];
  negated: Readonly<Record<string, string>>;
  /** True if `meta.PATH:value` is a filter too. */
  metadata: boolean;
};

/** Something in a search box that is no filter, with its place. */
export type SearchProblem = { message: string; start: number; end: number };

export type ReadSearch = { words: SearchWords; metadata: string[]; problems: SearchProblem[] };

const metadataKey = /^meta\.([\s\S]+)$/;

/** Reads what stands in a search box. What is wrong is left out and named in `problems`. */
export function readSearch(text: string, grammar: SearchGrammar): ReadSearch {
  const words: SearchWords = { text: '' };
  const metadata: string[] = [];
  const problems: SearchProblem[] = [];
  for (const token of searchTokens(text)) {
    if (token.key === null) words.text = words.text === '' ? token.value : `${words.text} ${token.value}`;
    else {
      const message = readToken(token, token.key, { grammar, words, metadata });
      if (message !== null) problems.push({ message, start: token.start, end: token.end });
    }
  }
  words.text = words.text.trim();
  if (words.text.length > readLimits.searchTextLength)
    problems.push({
      message: `A text is at most ${readLimits.searchTextLength} characters long.`,
      start: 0,
      end: text.length,
    });
  return { words, metadata, problems };
}

type Reading = { grammar: SearchGrammar; words: SearchWords; metadata: string[] };

/** Reads one filter. Returns what is wrong with it, or null. */
function readToken(token: SearchToken, key: string, reading: Reading): string | null {
  const { grammar, words } = reading;
  const [, path] = (grammar.metadata && metadataKey.exec(key)) || [];
  if (path !== undefined) return readMetadataToken(token, path, reading.metadata);
  const plain = grammar.fields.find((field) => field.key === key.toLowerCase());
  if (plain === undefined) return unknownKey(token, key, grammar);
  const field = token.negated ? negationOf(plain, grammar) : plain;
  if (field === undefined) return `${plain.key} cannot be excluded; ${exclusions(grammar)}`;
  if (token.value === '') return `What should ${plain.key} be?`;
  const read = plain.read(token.value);
  if ('allowed' in read) return `${plain.key} must be ${read.allowed}.`;
  if (words[field.name]) return `${token.negated ? '-' : ''}${plain.key} can be given once.`;
  words[field.name] = read.value;
  return null;
}

function readMetadataToken(token: SearchToken, text: string, metadata: string[]): string | null {
  if (token.negated) return 'Metadata cannot be excluded.';
  const path = parseMetadataPath(text);
  if (path === null)
    return 'After meta. stands a path of up to 8 keys, such as meta.customer.id:42; a dot within a key is written \\.';
  const match = formatMetadataMatch({ path, value: token.value });
  if (match.length > readLimits.metadataMatchLength)
    return `Path and value are at most ${readLimits.metadataMatchLength} characters long.`;
  if (metadata.includes(match)) return 'The same metadata is asked for twice.';
  if (metadata.length === readLimits.metadataMatches)
    return `At most ${readLimits.metadataMatches} values of the metadata can be asked for.`;
  metadata.push(match);
  return null;
}

/** Returns the value of a filter as it is kept, or what is allowed. */
export function readFilter(
  name: string,
  value: string,
  { fields, negated }: SearchGrammar,
): ReturnType<SearchField['read']> {
  const field = fields.find((one) => one.name === name || negated[one.name] === name);
  return field ? field.read(value) : { allowed: 'a known filter' };
}

/** Returns the names of all filters of a grammar. */
export function filterNamesOf({ fields, negated }: SearchGrammar): string[] {
  return [...fields.map(({ name }) => name), ...Object.values(negated)];
}

function negationOf(field: SearchField, { negated }: SearchGrammar): { name: string } | undefined {
  const name = negated[field.name];
  return name === undefined ? undefined : { name };
}

function exclusions({ fields, negated }: SearchGrammar): string {
  const keys = fields.filter(({ name }) => name in negated).map(({ key }) => `-${key}:…`);
  return keys.length === 0 ? 'nothing can.' : `only this can: ${keys.join(', ')}`;
}

function unknownKey({ start, end }: SearchToken, key: string, { fields, metadata }: SearchGrammar): string {
  const keys = [...fields.map((field) => field.key), ...(metadata ? ['meta.PATH'] : [])];
  const near = nearestName(key.toLowerCase(), keys);
  const said = near === undefined ? `The filters are ${keys.join(', ')}.` : `Did you mean ${near}?`;
  return start === end ? said : `There is no filter ${key}. ${said} To search for it as text, put it in quotes.`;
}

/** Returns what stands in a search box for some filters. `readSearch` reads it back. */
export function formatSearch(words: SearchWords, metadata: readonly string[], grammar: SearchGrammar): string {
  const parts = grammar.fields.flatMap(({ name, key }) => {
    const negated = words[grammar.negated[name] ?? ''] ?? '';
    return [
      ...(words[name] ? [`${key}:${searchWord(words[name])}`] : []),
      ...(negated ? [`-${key}:${searchWord(negated)}`] : []),
    ];
  });
  for (const text of metadata) {
    const match = parseMetadataMatch(text);
    if (match) parts.push(metadataWord(text, match.value));
  }
  const text = words.text.trim();
  if (text !== '') parts.push(isPlain(text, grammar) ? text : quotedWord(text));
  return parts.join(' ');
}

/** Returns `meta.customer.id:42` for `customer.id=42`. */
function metadataWord(text: string, value: string): string {
  const path = text.slice(0, text.length - value.length - 1);
  return `${searchKey(`meta.${path}`)}:${value === '' ? '' : searchWord(value)}`;
}

/** Returns whether a text is read as this text, and as nothing else. */
function isPlain(text: string, grammar: SearchGrammar): boolean {
  const { words, metadata, problems } = readSearch(text, grammar);
  return words.text === text && Object.keys(words).length === 1 && metadata.length + problems.length === 0;
}
