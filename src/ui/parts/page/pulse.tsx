import clsx from 'clsx';

const tones = {
  on: 'bg-completed shadow-[0_0_0_3px_color-mix(in_srgb,var(--color-completed)_20%,transparent)]',
  warn: 'bg-retrying shadow-[0_0_0_3px_color-mix(in_srgb,var(--color-retrying)_20%,transparent)]',
  off: 'bg-cancelled',
};

/** A dot beside words that say the same. */
export function Pulse({ tone }: { tone: keyof typeof tones }) {
  return <span className={clsx('size-2 flex-none rounded-full', tones[tone])} />;
}
