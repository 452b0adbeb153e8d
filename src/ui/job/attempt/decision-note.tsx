import type { AttemptLine } from '#src/contract/job/job-view.ts';
import type { Decision } from '#src/domain/decide/decision.ts';
import { CircleCheck, CircleX, Repeat } from '#src/ui/icons/icons.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { tookText } from '#src/ui/words/time-text.ts';

const looks = {
  retry: { icon: Repeat, colour: 'state-retrying', word: 'Retry' },
  complete: { icon: CircleCheck, colour: 'state-completed', word: 'Complete' },
  fail: { icon: CircleX, colour: 'state-failed', word: 'Fail' },
};

/** Shows the decision after an attempt in one sentence, then the numbers behind that sentence. */
export function DecisionNote({ attempt }: { attempt: Pick<AttemptLine, 'decision' | 'endedAt'> }) {
  const { decision, endedAt } = attempt;
  if (!decision) return null;
  const { icon: Icon, colour, word } = looks[decision.then];
  return (
    <div
      className={`${colour} grid grid-cols-[20px_minmax(0,1fr)] gap-x-2.5 gap-y-1 border-b bg-state-soft/60 px-4 py-3`}
    >
      <Icon size={16} role="img" aria-label={word} className="mt-0.5 text-state-text" />
      <p className="text-14 text-pretty wrap-anywhere">
        <VisibleText text={decision.why} />
      </p>
      <dl className="col-start-2 flex flex-wrap gap-x-5 gap-y-0.5 text-12 leading-5 text-fg-muted">
        {inputsOf(decision, endedAt).map(([name, value]) => (
          <div key={name} className="flex gap-1">
            <dt className="whitespace-nowrap">{name}</dt>
            <dd className="font-medium wrap-anywhere text-fg">
              <VisibleText text={value} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function inputsOf(decision: Decision, endedAt: string): [name: string, value: string][] {
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
    ['Not before', decision.then === 'retry' ? clock(Date.parse(endedAt) + decision.delayMs) : undefined],
    ['This rule', retry && `retry ${retry.count} of ${retry.limit}`],
  ];
  return shown.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/** Returns a time of day: `14:03:11.040Z`. */
function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11);
}
