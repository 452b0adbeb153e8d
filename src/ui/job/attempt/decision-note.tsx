import Link from 'next/link';
import type { ReactNode } from 'react';
import type { AttemptLine, JobView } from '#src/contract/job/job-view.ts';
import type { Decision } from '#src/domain/decide/decision.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { useMayWrite } from '#src/ui/data/project/use-me.ts';
import { CircleCheck, CircleX, Repeat } from '#src/ui/icons/icons.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { tookText } from '#src/ui/words/time-text.ts';
import { LikeFailures } from './like-failures.tsx';
import { type NoRule, whyNoRule } from './why-no-rule.ts';

/** The place in the API reference that says how a policy is given, and what it does. */
const policyDocs = '/docs#/Retry%20policies/retry.simulate';

const looks = {
  retry: { icon: Repeat, colour: 'state-retrying', word: 'Retry' },
  complete: { icon: CircleCheck, colour: 'state-completed', word: 'Complete' },
  fail: { icon: CircleX, colour: 'state-failed', word: 'Fail' },
};

/** Shows the decision after an attempt in one sentence, the numbers behind that sentence, and what would have helped. */
export function DecisionNote({ view, attempt }: { view: JobView; attempt: AttemptLine }) {
  const { decision, endedAt } = attempt;
  if (!decision) return null;
  const { icon: Icon, colour, word } = looks[decision.then];
  const noRule = whyNoRule(view.policy, decision, attempt.status);
  return (
    <div
      className={`${colour} grid grid-cols-[20px_minmax(0,1fr)] gap-x-2.5 gap-y-1 border-b bg-state-soft/60 px-4 py-3`}
    >
      <Icon size={16} role="img" aria-label={word} className="mt-0.5 text-state-text" />
      <p className="text-14 text-pretty wrap-anywhere">
        <VisibleText text={decision.why} />
      </p>
      <dl className="col-start-2 flex flex-wrap gap-x-5 gap-y-0.5 text-12 leading-5 text-fg-muted">
        {inputsOf(decision, noRule, endedAt).map(([name, value]) => (
          <div key={name} className="flex gap-1">
            <dt className="whitespace-nowrap">{name}</dt>
            <dd className="font-medium wrap-anywhere text-fg">
              {typeof value === 'string' ? <VisibleText text={value} /> : value}
            </dd>
          </div>
        ))}
      </dl>
      {noRule && <Cure view={view} cure={noRule.cure} />}
      {decision.then === 'retry' && (
        <div className="col-start-2 text-12 empty:hidden">
          <LikeFailures id={view.job.id} attempt={attempt.number} />
        </div>
      )}
    </div>
  );
}

/** Says what would have helped, and leads to where that is explained and can be changed. */
function Cure({ view, cure }: { view: JobView; cure: string }) {
  const mayWrite = useMayWrite();
  const link = 'text-accent-text underline underline-offset-2';
  return (
    <p className="col-start-2 text-12 text-pretty text-fg-muted">
      {cure}{' '}
      <a href={policyDocs} target="_blank" rel="noopener" className={link}>
        How policies decide
      </a>
      {mayWrite && isTerminal(view.job.state) && (
        <>
          {' · '}
          <Link href={`/jobs/${view.job.id}/again?field=retry`} prefetch={false} className={link}>
            Run again with other rules
          </Link>
        </>
      )}
    </p>
  );
}

function inputsOf(decision: Decision, noRule: NoRule | null, endedAt: string): [name: string, value: ReactNode][] {
  const { inputs, retry, rule } = decision;
  const shown: [string, ReactNode | undefined][] = [
    ['Rule', rule ?? (noRule?.rule ? `${noRule.rule}, not for this request` : 'none matched')],
    [
      'Remaining',
      inputs.limitValue === undefined ? inputs.remaining : `${inputs.remaining ?? '?'} of ${inputs.limitValue}`,
    ],
    ['Header said', inputs.resetValue],
    ['Read as', inputs.resetAt && <Exact key="read" at={inputs.resetAt} />],
    ['Retry-After', inputs.retryAfter],
    ['Backoff', inputs.backoffMs === undefined ? undefined : tookText(inputs.backoffMs)],
    ['Spread', inputs.spreadMs === undefined ? undefined : `+${tookText(inputs.spreadMs)}`],
    ['Waits', decision.then === 'retry' ? tookText(decision.delayMs) : undefined],
    [
      'Not before',
      decision.then === 'retry' ? (
        <Exact key="not before" at={new Date(Date.parse(endedAt) + decision.delayMs).toISOString()} />
      ) : undefined,
    ],
    ['This rule', retry && `retry ${retry.count} of ${retry.limit}`],
  ];
  return shown.filter((pair): pair is [string, ReactNode] => pair[1] !== undefined);
}
