import { styleText } from 'node:util';
import type { Attempt } from '#src/contract/job/job.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';

type Style = Parameters<typeof styleText>[0];

/** A line about one event: time, call, event. `atMs` counts from the first submit. */
export type Row = Readonly<{ atMs: number; call: string; what: string; mark?: Mark; text: string }>;

/** A word with its meaning. The word is enough without the colour, which only terminals show. */
export type Mark = Readonly<{ word: string; meaning: 'good' | 'wait' | 'bad' }>;

const styles: Record<Mark['meaning'], Style> = { good: 'green', wait: 'yellow', bad: 'red' };

/** Colours the text when the output is a terminal that supports colour. Returns plain text otherwise. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function sayRow({ atMs, call, what, mark, text }: Row): void {
  const time = paint('dim', `${(atMs / 1_000).toFixed(1).padStart(6)} s`);
  const word = mark ? paint(styles[mark.meaning], mark.word.padEnd(5)) : '';
  console.log(`${time}  ${call.padEnd(7)} ${what.padEnd(10)} ${word}${text}`);
}

/** Describes an attempt by its response and by the decision of the retry rules. */
export function attemptWords({ status, outcome, decision, failure }: Attempt): { mark: Mark; text: string } {
  const word = status === null ? outcome.replaceAll('_', ' ') : String(status);
  if (decision?.then === 'complete') return { mark: { word, meaning: 'good' }, text: 'accepted' };
  if (decision?.then !== 'retry') {
    return { mark: { word, meaning: 'bad' }, text: failure?.message ?? decision?.why ?? 'the job ends here' };
  }
  const header = decision.inputs.usedHeaders?.[0];
  const source = header ?? 'backoff';
  return {
    mark: { word, meaning: 'wait' },
    text: `rule ${decision.rule ?? 'none'}: again in ${formatWait(decision.delayMs)} (${source})`,
  };
}
