import type { CSSProperties } from 'react';
import type { JsonLine, JsonToken } from './json-lines.ts';
import { MaskedText } from './masked-text.tsx';

const colours: Record<JsonToken['kind'], string | undefined> = {
  key: 'text-code-key',
  string: 'text-code-string',
  number: 'text-code-number',
  literal: 'text-code-literal',
  punctuation: undefined,
};
const maskedValue = 'A secret: named in redact';

export function JsonView({ lines }: { lines: JsonLine[] }) {
  return lines.map(({ depth, tokens }, number) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name than its number.
    <span key={number} className="code-line" style={{ '--depth': depth } as CSSProperties}>
      {tokens.map((token, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nor has a token.
        <span key={index} className={colours[token.kind]}>
          <TokenText token={token} />
        </span>
      ))}
    </span>
  ));
}

function TokenText({ token }: { token: JsonToken }) {
  if (token.text === ':') return ': ';
  return <MaskedText text={token.text} reason={maskedValue} />;
}
