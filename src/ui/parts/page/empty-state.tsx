import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

type Props = {
  icon: LucideIcon;
  title: string;
  /** One sentence. */
  children?: ReactNode;
  /** The next step: a button or a link. */
  action?: ReactNode;
};

/** Stands where a list has nothing to show: that it is so, why, and the next step. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <div className="grid justify-items-center gap-1.5 px-6 py-9 text-center">
      <Icon size={20} aria-hidden className="mb-1 text-fg-subtle" />
      <h3>{title}</h3>
      {children && <p className="max-w-[44ch] text-balance text-fg-muted">{children}</p>}
      {action && <div className="mt-2.5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
