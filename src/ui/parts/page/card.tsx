import clsx from 'clsx';
import type { ReactNode } from 'react';

type Props = {
  /** Accessible name of the section: the words of its head. */
  label: string;
  busy?: boolean;
  className?: string;
  children: ReactNode;
};

/** A bordered section of a page. A card is never inside another card. */
export function Card({ label, busy = false, className, children }: Props) {
  return (
    <section aria-label={label} aria-busy={busy || undefined} className={clsx('card overflow-clip', className)}>
      {children}
    </section>
  );
}

/** Title of a card. Controls for the whole card are at its right; on phones below it where it would be cut. */
export function CardHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="card-head max-sm:flex-wrap">
      <h2 className="min-w-0 flex-1 truncate max-sm:flex-auto">{title}</h2>
      {children}
    </div>
  );
}

export function CardBody({ className, children }: { className?: string; children: ReactNode }) {
  return <div className={clsx('p-4', className)}>{children}</div>;
}

/** Small print at the bottom of a card. */
export function CardFoot({ children }: { children: ReactNode }) {
  return <div className="border-t px-4 py-2.5 text-12 text-fg-subtle">{children}</div>;
}
