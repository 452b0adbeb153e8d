import clsx from 'clsx';
import { Check } from '#src/ui/icons/icons.ts';

export type Step = {
  title: string;
  note: string;
  done: boolean;
  /** True if the user can go on without this step. */
  optional?: boolean;
};

/** Shows the steps and which are done. The first step that is needed and not done is the current one. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  const current = steps.findIndex(({ done, optional = false }) => !done && !optional);
  return (
    <ol aria-label="Steps" className="card grid grid-cols-4 max-sm:grid-cols-1">
      {steps.map(({ title, note, done }, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a step's title changes once it is done, its position never.
          key={index}
          aria-current={index === current ? 'step' : undefined}
          className="flex min-w-0 items-start gap-2.5 border-l px-4 py-3.5 first:border-l-0 max-sm:border-t max-sm:border-l-0 max-sm:px-3.5 max-sm:py-2.5 max-sm:first:border-t-0"
        >
          <span
            aria-hidden
            className={clsx(
              'grid size-5 flex-none place-items-center rounded-full border-[1.5px] text-12 font-semibold',
              done && 'border-completed bg-completed text-on-accent',
              !done && index === current && 'border-accent bg-accent text-on-accent',
              !done && index !== current && 'border-control-line text-fg-muted',
            )}
          >
            {done ? <Check size={12} strokeWidth={3} /> : index + 1}
          </span>
          <div className="min-w-0">
            <b className={clsx(!done && index !== current && 'font-medium text-fg-muted')}>{title}</b>
            {done && <span className="sr-only">, done</span>}
            <p className="truncate text-12 text-fg-subtle max-sm:hidden">{note}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
