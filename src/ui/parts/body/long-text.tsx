'use client';

import { useState } from 'react';
import { MaskedText } from './masked-text.tsx';

const atFirst = 4_000;

/** Shows only the beginning of a very long text until the user asks for more, because the layout takes time. */
export function LongText({ text, reason }: { text: string; reason: string }) {
  const [limit, setLimit] = useState(atFirst);
  if (text.length <= limit) return <MaskedText text={text} reason={reason} />;
  const rest = text.length - limit;
  return (
    <>
      <MaskedText text={text.slice(0, limit)} reason={reason} />
      <button
        type="button"
        onClick={() => setLimit(limit * 8)}
        className="mx-1 inline-block min-h-6 rounded-tag bg-active px-1.5 font-sans text-fg-muted indent-0 hover:text-fg"
      >
        … {rest.toLocaleString('en-US')} characters more
      </button>
    </>
  );
}
