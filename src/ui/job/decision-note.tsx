import { CircleCheck, CircleX, Repeat } from 'lucide-react';
import type { Decision } from '#src/domain/decision.ts';
import { tookText } from '#src/ui/words/time-text.ts';

const looks = {
  retry: { icon: Repeat, colour: 'state-retrying', word: 'Retry' },
  complete: { icon: CircleCheck, colour: 'state-completed', word: 'Complete' },
  fail: { icon: CircleX, colour: 'state-failed', word: 'Fail' },
};

/** What followed from an attempt, in one sentence; then the numbers that the sentence was made from. */
export function DecisionNote({ decision, withInputs }: { decision: Decision; withInputs: boolean }) {
  const { icon: Icon, colour, word } = looks[decision.then];
  const inputs = withInputs ? inputsOf(decision) : [];
  return (
    <div
      className={`${colour} grid grid-cols-[20px_minmax(0,1fr)] gap-x-2.5 gap-y-1 border-t bg-state-soft/60 px-4 py-2`}
    >
      <Icon size={16} role="img" aria-label={word} className="mt-0.5 text-state-text" />
      <p className="text-pretty wrap-anywhere">{decision.why}</p>
      {inputs.length > 0 && (
        <dl className="col-start-2 flex flex-wrap gap-x-5 gap-y-0.5 text-12 leading-5 text-fg-muted">
          {inputs.map(([name, value]) => (
            <div key={name} className="flex gap-1">
              <dt>{name}</dt>
              <dd className="font-medium wrap-anywhere text-fg">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function inputsOf(decision: Decision): [name: string, value: string][] {
  const { inputs, retry, rule } = decision;
  const shown: [string, string | undefined][] = [
    ['Rule', rule ?? 'none matched'],
    [
      'Remaining',
      inputs.limitValue === undefined ? inputs.remaining : `${inputs.remaining ?? '?'} of ${inputs.limitValue}`,
    ],
    ['Header said', inputs.resetValue],
    ['Read as', inputs.resetAt],
    ['Retry-After', inputs.retryAfter],
    ['Backoff', inputs.backoffMs === undefined ? undefined : tookText(inputs.backoffMs)],
    ['Spread', inputs.spreadMs === undefined ? undefined : `+${tookText(inputs.spreadMs)}`],
    ['Waits', decision.then === 'retry' ? tookText(decision.delayMs) : undefined],
    ['This rule', retry && `retry ${retry.count} of ${retry.limit}`],
  ];
  return shown.filter((pair): pair is [string, string] => pair[1] !== undefined);
}
