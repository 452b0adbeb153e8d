import clsx from 'clsx';
import type { ReactNode } from 'react';
import { CircleX, Info, TriangleAlert } from '#src/ui/icons/icons.ts';

const looks = {
  failed: { icon: CircleX, colour: 'state-failed' },
  retrying: { icon: TriangleAlert, colour: 'state-retrying' },
  info: { icon: Info, colour: 'state-in-progress' },
} as const;

type Props = {
  tone: keyof typeof looks;
  /** A small button or link. */
  action?: ReactNode;
  children: ReactNode;
};

/**
 * One line with at most one action. Red is for something that stopped, amber for something that may pass, blue for
 * information.
 */
export function Banner({ tone, action, children }: Props) {
  const { icon: Icon, colour } = looks[tone];
  return (
    <div
      role={tone === 'info' ? 'status' : 'alert'}
      className={clsx(
        colour,
        'flex min-h-10 items-center gap-2.5 rounded-card border border-state/30 bg-state-soft/60 px-3 max-sm:flex-wrap max-sm:justify-end',
        action ? 'py-1.5 pr-2' : 'py-2',
      )}
    >
      <Icon size={16} aria-hidden className="flex-none text-state-text" />
      <div className="min-w-0 flex-1 leading-[18px] wrap-anywhere max-sm:basis-[70%]">{children}</div>
      {action}
    </div>
  );
}
