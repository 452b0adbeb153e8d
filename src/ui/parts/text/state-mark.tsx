import clsx from 'clsx';
import { type ShownState, stateLook } from '#src/ui/words/state-look.ts';

type Props = {
  state: ShownState;
  /** `pill` has a coloured background. `quiet` shows the words of a success in the colour of the text. */
  look?: 'plain' | 'pill' | 'quiet';
  detail?: string | null;
  className?: string;
};

/** Shows a state as an icon and a word in the state's colour. */
export function StateMark({ state, look = 'plain', detail, className }: Props) {
  const { word, icon: Icon, colour } = stateLook(state);
  const quiet = look === 'quiet' && colour === 'state-completed';
  return (
    <span
      className={clsx(
        colour,
        'inline-flex items-center gap-1.5 align-middle text-13 font-medium tracking-normal whitespace-nowrap',
        quiet ? 'text-fg' : 'text-state-text',
        look === 'pill' && 'h-6 flex-none rounded-full bg-state-soft pr-2.5 pl-[7px]',
        className,
      )}
    >
      <Icon
        size={15}
        strokeWidth={1.75}
        aria-hidden
        className={clsx('flex-none text-state', (state === 'in_progress' || state === 'running') && 'turning')}
      />
      {word}
      {detail && <span className="font-normal text-fg-subtle">{detail}</span>}
    </span>
  );
}
