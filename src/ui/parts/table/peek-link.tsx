import Link from 'next/link';
import type { ReactNode } from 'react';
import { PanelRight } from '#src/ui/icons/icons.ts';
import { usePeek } from './use-peek.ts';

type Props = { id: string; href: string; title?: string; className?: string; children: ReactNode };

/** Link of a row that can be peeked: to its page, or into the panel while that is open. */
export function PeekLink({ id, href, title, className = '', children }: Props) {
  const peek = usePeek();
  return (
    // The link and the button share one place: the button lies over the end of the text. Neither may be positioned, or
    // the link would cover only its cell.
    <span className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-center">
      <Link
        href={href}
        prefetch={false}
        data-row={id}
        aria-current={peek.id === id || undefined}
        title={title}
        className={`row-link col-start-1 row-start-1 min-w-0 ${className}`}
        onClick={(event) => {
          // A click shows another row in the peek panel while the panel is open. Enter is a click without a pointer and
          // opens the page.
          if (peek.id === null || event.detail === 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          peek.show(id);
        }}
      >
        {children}
      </Link>
      <button
        type="button"
        // The key p does the same. Twenty more tab stops would slow down users of the Tab key.
        tabIndex={-1}
        aria-label="Peek"
        title="Peek (p)"
        onClick={() => peek.show(peek.id === id ? null : id)}
        className="row-peek z-1 col-start-1 row-start-1 grid size-6 justify-self-end place-items-center rounded-tag border bg-surface text-fg-subtle hover:border-control-line hover:text-fg max-sm:hidden"
      >
        <PanelRight size={14} aria-hidden />
      </button>
    </span>
  );
}
