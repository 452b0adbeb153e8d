import { exactText } from '#src/ui/words/time-text.ts';

/** Shows a time in any words, with the exact time in its tooltip. */
export function Moment({ at, children }: { at: string; children: string }) {
  return (
    <time dateTime={at} title={exactText(at)}>
      {children}
    </time>
  );
}
