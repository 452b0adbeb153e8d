import type { ReactNode } from 'react';
import type { Icon } from '#src/ui/icons/make-icon.tsx';

type Props = {
  icon: Icon;
  title: string;
  /** Reason in one sentence. */
  children?: ReactNode;
  /** Next step: a button or a link. */
  action?: ReactNode;
};

/** Shows in place of an empty list that there is nothing, why, and the next step. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] justify-items-center gap-1.5 px-6 py-9 text-center">
      <Icon size={20} aria-hidden className="mb-1 text-fg-subtle" />
      <h3>{title}</h3>
      {children && <p className="max-w-[44ch] text-balance text-fg-muted">{children}</p>}
      {action && <div className="mt-2.5 flex max-w-full flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
