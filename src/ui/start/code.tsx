const kinds = {
  comment: 'text-code-comment',
  string: 'text-code-string',
  keyword: 'text-code-key',
} as const;

const pattern =
  /(?<comment>(?<!:)\/\/[^\n]*)|(?<string>'[^'\n]*'|"[^"\n]*")|(?<keyword>\b(?:import|from|const|await|curl)\b)/g;

/** Shows one of Ringback's own snippets in the colours of code. */
export function Code({ text }: { text: string }) {
  const parts: { at: number; words: string; colour?: string }[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) parts.push({ at: end, words: text.slice(end, match.index) });
    const kind = (Object.keys(kinds) as (keyof typeof kinds)[]).find((name) => match.groups?.[name] !== undefined);
    parts.push({ at: match.index, words: match[0], ...(kind && { colour: kinds[kind] }) });
    end = match.index + match[0].length;
  }
  parts.push({ at: end, words: text.slice(end) });
  return parts.map(({ at, words, colour }) => (
    <span key={at} className={colour}>
      {words}
    </span>
  ));
}
