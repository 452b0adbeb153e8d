'use client';

import { useMemo } from 'react';
import { LongText } from './long-text.tsx';
import { MoreLines, useMoreLines } from './more-lines.tsx';

/** Shows plain text, or bytes written as text, in lines. */
export function TextView({ text }: { text: string }) {
  const lines = useMemo(() => text.replace(/\r?\n$/, '').split(/\r?\n/), [text]);
  const { limit, more } = useMoreLines();
  return (
    <>
      {lines.slice(0, limit).map((line, number) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other key than its number.
        <span key={number} dir="auto" className="code-line pl-4! indent-0!">
          {line === '' ? '\u00a0' : <LongText text={line} reason="A secret" />}
        </span>
      ))}
      <MoreLines shown={limit} count={lines.length} onMore={more} />
    </>
  );
}
