import clsx from 'clsx';
import { CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** One line, and at most one action: red for what stopped, amber for what may pass. */
export function Banner({ tone, children }: { tone: 'failed' | 'retrying'; children: ReactNode }) {
  const Icon = tone === 'failed' ? CircleX : TriangleAlert;
  return (
    <div
      role="alert"
      className={clsx(
        tone === 'failed' ? 'state-failed' : 'state-retrying',
        'flex min-h-10 items-center gap-2.5 rounded-card border border-state/30 bg-state-soft/60 px-3 py-2',
      )}
    >
      <Icon size={16} aria-hidden className="flex-none text-state-text" />
      <div className="min-w-0 flex-1 leading-[18px] wrap-anywhere">{children}</div>
    </div>
  );
}
