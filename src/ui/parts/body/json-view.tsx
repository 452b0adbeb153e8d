'use client';

import { type CSSProperties, useMemo, useState } from 'react';
import { mask } from '#src/domain/redact/redact.ts';
import { sizeText } from '#src/domain/text/size-text.ts';
import { ChevronRight } from '#src/ui/icons/icons.ts';
import { type Fold, foldedAtFirst, foldsOf, unfoldedLines } from './json-folds.ts';
import type { JsonLine, JsonToken } from './json-lines.ts';
import { LongText } from './long-text.tsx';
import { RedactionMark } from './masked-text.tsx';
import { MoreLines, useMoreLines } from './more-lines.tsx';

const colours: Record<JsonToken['kind'], string | undefined> = {
  key: 'text-code-key',
  string: 'text-code-string',
  number: 'text-code-number',
  literal: 'text-code-literal',
  punctuation: undefined,
};
const maskedValue = 'A secret: named in redact';

/** Shows JSON as it was written, except for white space. The content of brackets can be folded. */
export function JsonView({ lines }: { lines: JsonLine[] }) {
  const folds = useMemo(() => foldsOf(lines), [lines]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(() => foldedAtFirst(lines, folds));
  const shown = useMemo(() => unfoldedLines(lines.length, folds, folded), [lines, folds, folded]);
  const { limit, more } = useMoreLines();
  const toggle = (number: number) => {
    const next = new Set(folded);
    if (!next.delete(number)) next.add(number);
    setFolded(next);
  };
  return (
    <>
      {shown.slice(0, limit).map((number) => {
        const fold = folds.get(number);
        return (
          <span
            key={number}
            className={fold ? 'code-line min-h-6' : 'code-line'}
            style={{ '--depth': lines[number]?.depth ?? 0 } as CSSProperties}
          >
            {fold && <FoldButton fold={fold} folded={folded.has(number)} onClick={() => toggle(number)} />}
            <Tokens line={lines[number]} />
            {fold && folded.has(number) && <FoldedPart fold={fold} closing={lines[fold.end]} />}
          </span>
        );
      })}
      <MoreLines shown={limit} count={shown.length} onMore={more} />
    </>
  );
}

function FoldButton({ fold, folded, onClick }: { fold: Fold; folded: boolean; onClick: () => void }) {
  const what = `${fold.isArray ? 'list' : 'object'} of ${fold.count}`;
  return (
    <button
      type="button"
      aria-expanded={!folded}
      aria-label={`${folded ? 'Unfold' : 'Fold'} the ${what}`}
      onClick={onClick}
      className="absolute top-0 left-0 grid size-6 place-items-center text-fg-subtle hover:text-fg"
    >
      <ChevronRight size={12} aria-hidden className={folded ? '' : 'rotate-90'} />
    </button>
  );
}

function FoldedPart({ fold, closing }: { fold: Fold; closing: JsonLine | undefined }) {
  const unit = fold.isArray ? ['item', 'items'] : ['member', 'members'];
  return (
    <>
      {' '}
      <span className="rounded-[3px] bg-active px-1 text-fg-muted">
        {fold.count.toLocaleString('en-US')} {fold.count === 1 ? unit[0] : unit[1]}, {sizeText(fold.size)}
      </span>{' '}
      {/[\]}]/.test(closing?.tokens[0]?.text ?? '') ? <Tokens line={closing} /> : '…'}
    </>
  );
}

function Tokens({ line }: { line: JsonLine | undefined }) {
  return line?.tokens.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a token has no other key than its position in the line.
    <span key={index} className={colours[token.kind]}>
      <TokenText text={token.text} />
    </span>
  ));
}

function TokenText({ text }: { text: string }) {
  if (text === ':') return ': ';
  // A mask stands for a value of any type, although it is written as a string.
  return text === `"${mask}"` ? <RedactionMark reason={maskedValue} /> : <LongText text={text} reason={maskedValue} />;
}
