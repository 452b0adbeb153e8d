import { exactText } from '#src/ui/words/time-text.ts';

/** A time in whatever words, with the exact one in its tooltip. */
export function Moment({ at, children }: { at: string; children: string }) {
  return (
    <time dateTime={at} title={exactText(at)}>
      {children}
    </time>
  );
}
