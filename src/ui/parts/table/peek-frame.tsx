'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { useKeys } from '#src/ui/data/browser/use-keys.ts';
import { ChevronDown, ChevronUp, Maximize2, X } from '#src/ui/icons/icons.ts';
import type { Icon } from '#src/ui/icons/make-icon.tsx';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { Tooltip } from '#src/ui/parts/overlay/tooltip.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import type { Neighbours } from './use-peek.ts';

/** Props of a panel that shows one row of a list. */
export type PeekProps = {
  id: string;
  neighbours: Neighbours;
  onShow: (id: string) => void;
  onClose: () => void;
};

type Props = PeekProps & {
  /** What the row is: "job". */
  what: string;
  /** Page of the row. */
  href: string;
  /** What is shown, for screen readers; undefined until it is loaded. */
  spoken: string | undefined;
  children: ReactNode;
};

/** Panel beside a list with the most important parts of a row's page. */
export function PeekFrame({ id, neighbours, onShow, onClose, what, href, spoken, children }: Props) {
  useKeys({ Escape: onClose });
  return (
    <aside aria-label="Peek" className="peek">
      {/* This element stays when the row changes, or screen readers would not announce the change. */}
      <p role="status" className="sr-only">
        {spoken}
      </p>
      <div className="sticky top-0 z-10 flex h-11 items-center gap-0.5 border-b bg-bg pr-2 pl-4">
        <span className="flex min-w-0 flex-1 items-center gap-1.5 font-mono text-12 text-fg-muted">
          <span className="truncate">{id}</span>
          <CopyButton text={id} label={`Copy the ${what}'s id`} />
        </span>
        <Step label={`The ${what} above`} keys="k" icon={ChevronUp} to={neighbours.before} onShow={onShow} />
        <Step label={`The ${what} below`} keys="j" icon={ChevronDown} to={neighbours.after} onShow={onShow} />
        <Tooltip side="bottom" text="Open its page" keys="↵">
          <Link href={href} prefetch={false} aria-label="Open its page" className={buttonClass('ghost', 'icon')}>
            <Maximize2 size={15} aria-hidden />
          </Link>
        </Tooltip>
        <Tooltip side="bottom" text="Close" keys="Escape">
          <Button kind="ghost" size="icon" icon={X} aria-label="Close" onClick={onClose} />
        </Tooltip>
      </div>
      {children}
    </aside>
  );
}

type StepProps = Pick<Props, 'onShow'> & { label: string; keys: string; icon: Icon; to: string | null };

/**
 * Button to the job above or below. At an end of the list it stays and keeps the focus: a button that is disabled or
 * created again would lose the focus.
 */
function Step({ label, keys, icon, to, onShow }: StepProps) {
  const why = to === null ? 'This page of the list ends here' : undefined;
  return (
    <Tooltip side="bottom" text={why ?? label} {...(!why && { keys })}>
      <Button
        kind="ghost"
        size="icon"
        icon={icon}
        aria-label={label}
        aria-disabled={to === null || undefined}
        aria-description={why}
        onClick={() => to !== null && onShow(to)}
      />
    </Tooltip>
  );
}

/** Room of a panel in which its parts lie. */
export function PeekInside({ children }: { children: ReactNode }) {
  return <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-3 p-4">{children}</div>;
}
