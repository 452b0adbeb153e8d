import clsx from 'clsx';

type Tone = 'accent' | 'completed' | 'failed' | 'retrying';
type Props = {
  label: string;
  /** Total that `parts` count up to. */
  total: number;
  parts: readonly { value: number; tone?: Tone }[];
  className?: string;
};

const tones: Record<Tone, string> = {
  accent: 'bg-accent',
  completed: 'bg-completed',
  failed: 'bg-failed',
  retrying: 'bg-retrying',
};

/** Shows the progress of something, by outcome. */
export function ProgressBar({ label, total, parts, className }: Props) {
  const done = parts.reduce((sum, { value }) => sum + value, 0);
  const percent = (value: number) => (total > 0 ? Math.min(100, (value / total) * 100) : 0);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent(done))}
      className={clsx('flex h-1.5 overflow-hidden rounded-[3px] bg-active', className)}
    >
      {parts.map(({ value, tone = 'accent' }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts are always the same ones in the same order.
        <i key={index} className={tones[tone]} style={{ width: `${percent(value)}%` }} />
      ))}
    </div>
  );
}
