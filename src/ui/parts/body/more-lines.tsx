'use client';

import { useState } from 'react';
import { Button } from '#src/ui/parts/form/button.tsx';

const atFirst = 400;

/** Returns how many lines of a long text are drawn: few at first, and more each time the user asks for more. */
export function useMoreLines(): { limit: number; more: () => void } {
  const [limit, setLimit] = useState(atFirst);
  return { limit, more: () => setLimit(limit < 2_000 ? 2_000 : limit + 2_000) };
}

export function MoreLines({ shown, count, onMore }: { shown: number; count: number; onMore: () => void }) {
  if (count <= shown) return null;
  return (
    <Button kind="ghost" size="small" className="mt-2 ml-4 font-sans" onClick={onMore}>
      Show more of {count.toLocaleString('en-US')} lines
    </Button>
  );
}
