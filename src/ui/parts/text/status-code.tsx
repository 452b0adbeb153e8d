import clsx from 'clsx';
import type { OutcomeKind } from '#src/domain/decide/outcome.ts';
import { failureWord, outcomeColour } from '#src/ui/words/outcome-look.ts';

type Props = {
  outcome: OutcomeKind;
  status: number | null;
  /** Shows a success in grey, for a page with many status codes. */
  quiet?: boolean;
  /** Error of the attempt, if it is known: a closer word, and its message as the title. */
  failure?: { code: string; message: string } | null;
};

/** Shows a status code, or the word for what came instead, on a background of its colour. */
export function StatusCode({ outcome, status, quiet = false, failure }: Props) {
  const colour = outcomeColour({ outcome, status });
  return (
    <span
      title={failure ? `${failure.code}: ${failure.message}` : undefined}
      className={clsx(
        quiet && colour === 'state-completed' ? 'state-quiet' : colour,
        'inline-flex h-[18px] items-center rounded-tag bg-state-soft px-[5px] align-middle font-mono text-12 leading-none font-medium whitespace-nowrap text-state-text',
      )}
    >
      {failureWord({ outcome, status }, failure?.code)}
    </span>
  );
}
