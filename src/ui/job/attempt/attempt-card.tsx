'use client';

import type { Attempt } from '#src/contract/job/job.ts';
import type { AttemptLine, JobView } from '#src/contract/job/job-view.ts';
import { type LoadFailure, type ShownBody, useAttempt } from '#src/ui/data/job/use-attempt.ts';
import { ChevronLeft, ChevronRight } from '#src/ui/icons/icons.ts';
import { PhaseTimes } from '#src/ui/parts/attempt/phases.tsx';
import { RedirectList } from '#src/ui/parts/attempt/redirect-list.tsx';
import { ResponsePane } from '#src/ui/parts/attempt/response-pane.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { tabClass } from '#src/ui/parts/page/tabs.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { DecisionNote } from './decision-note.tsx';
import { RequestPane } from './request-pane.tsx';

export type Look = 'both' | 'request' | 'response' | 'raw';
type Props = {
  view: JobView;
  body: ShownBody;
  number: number | null;
  onSelect: (number: number) => void;
  look: Look;
  onLook: (look: Look) => void;
};

const looks = [
  { value: 'request', label: 'Request' },
  { value: 'response', label: 'Response' },
  { value: 'raw', label: 'Raw' },
] as const;

/** Shows one attempt: the request, the response, the decision and its reason. */
export function AttemptCard({ view, body, number, onSelect, look, onLook }: Props) {
  const line = view.attempts.find((attempt) => attempt.number === number);
  const { data: attempt, error, refetch } = useAttempt(view.job.id, line?.number ?? null, view.latest);
  const failure = error && { error, retry: () => void refetch() };
  return (
    <section className="card overflow-clip" aria-label={line ? `Attempt ${line.number}` : 'Request and response'}>
      <div className="flex min-h-11 items-stretch gap-4 border-b pr-2 pl-4">
        <AttemptPicker attempts={view.attempts} number={number} onSelect={onSelect} />
        <span className="flex flex-none items-center max-sm:hidden">
          <Segmented
            label="View"
            value={look}
            onChange={onLook}
            options={[{ value: 'both', label: 'Both' }, ...looks]}
          />
        </span>
      </div>
      {line && <DecisionNote view={view} attempt={line} />}
      {line && <Timings view={view} line={line} attempt={attempt} />}
      {attempt && attempt.redirects.length > 0 && <RedirectList redirects={attempt.redirects} />}
      <span className="hidden border-b px-3.5 py-2.5 max-sm:block">
        <Segmented label="View" value={look === 'both' ? 'request' : look} onChange={onLook} options={looks} />
      </span>
      <Panes view={view} body={body} line={line} attempt={attempt} failure={failure} look={look} />
    </section>
  );
}

type PanesProps = Pick<Props, 'view' | 'body' | 'look'> & {
  line: AttemptLine | undefined;
  attempt: Attempt | undefined;
  failure: LoadFailure | null;
};

function Panes({ view, body, line, attempt, failure, look }: PanesProps) {
  const { job } = view;
  const isFinal = line !== undefined && job.endedAt !== null && line.number === view.attempts.at(-1)?.number;
  const two = look === 'both' || look === 'raw';
  return (
    <div className={two ? 'grid grid-cols-2 max-sm:grid-cols-1' : ''}>
      {look !== 'response' && (
        <section aria-label="Request" className="min-w-0">
          <RequestPane view={view} body={body} raw={look === 'raw'} />
        </section>
      )}
      {look !== 'request' && (
        <section
          aria-label="Response"
          className={`min-w-0 ${two ? 'border-l max-sm:border-t max-sm:border-l-0' : ''} ${look === 'both' ? 'max-sm:hidden' : ''}`}
        >
          <ResponsePane {...{ job, line, attempt, failure, isFinal }} raw={look === 'raw'} />
        </section>
      )}
    </div>
  );
}

const mostTabs = 8;

function AttemptPicker({
  attempts,
  number,
  onSelect,
}: {
  attempts: AttemptLine[];
  number: number | null;
  onSelect: (n: number) => void;
}) {
  if (attempts.length === 0) return <h2 className="flex-1 self-center">Request and response</h2>;
  if (attempts.length > mostTabs) return <Stepper attempts={attempts} number={number ?? 1} onSelect={onSelect} />;
  return (
    <nav aria-label="Attempts" className="flex min-w-0 flex-1 gap-5 overflow-x-auto [scrollbar-width:none]">
      {attempts.map((attempt) => (
        <button
          key={attempt.id}
          type="button"
          aria-current={attempt.number === number || undefined}
          onClick={() => onSelect(attempt.number)}
          className={`${tabClass(attempt.number === number)} h-auto! -mb-px`}
        >
          Attempt {attempt.number} <StatusCode outcome={attempt.outcome} status={attempt.status} />
        </button>
      ))}
    </nav>
  );
}

function Stepper({
  attempts,
  number,
  onSelect,
}: {
  attempts: AttemptLine[];
  number: number;
  onSelect: (n: number) => void;
}) {
  const index = attempts.findIndex((attempt) => attempt.number === number);
  const current = attempts[index];
  const step = (by: number) => () => {
    const next = attempts[index + by];
    if (next) onSelect(next.number);
  };
  return (
    <nav aria-label="Attempts" className="flex min-w-0 flex-1 items-center gap-1">
      <Button
        kind="ghost"
        size="icon"
        icon={ChevronLeft}
        aria-label="The attempt before"
        disabled={index <= 0}
        onClick={step(-1)}
        className="-ml-2"
      />
      <span className="flex items-center gap-1.5 font-medium whitespace-nowrap">
        Attempt {number.toLocaleString('en-US')}
        <span className="font-normal text-fg-subtle">of {attempts.length.toLocaleString('en-US')}</span>
        {current && <StatusCode outcome={current.outcome} status={current.status} />}
      </span>
      <Button
        kind="ghost"
        size="icon"
        icon={ChevronRight}
        aria-label="The attempt after"
        disabled={index >= attempts.length - 1}
        onClick={step(1)}
      />
    </nav>
  );
}

function Timings({ view, line, attempt }: { view: JobView; line: AttemptLine; attempt: Attempt | undefined }) {
  return (
    <div className="grid gap-2 border-b px-4 py-3">
      <PhaseTimes attempt={line} queueMs={queuedMs(view, line)} />
      <p className="text-12 wrap-anywhere text-fg-muted">
        <Exact at={line.startedAt} />
        {attempt?.remoteAddress && `, ${attempt.remoteAddress}`}
        {attempt && (
          <>
            , worker <span className="font-mono text-fg">{attempt.worker}</span>
          </>
        )}
      </p>
    </div>
  );
}

/** Returns how long an attempt waited after it was due. */
function queuedMs({ job, attempts }: JobView, line: AttemptLine): number {
  const before = attempts.find(({ number }) => number === line.number - 1);
  if (before && before.decision?.then !== 'retry') return 0;
  const due =
    before?.decision?.then === 'retry'
      ? Date.parse(before.endedAt) + before.decision.delayMs
      : Math.max(Date.parse(job.createdAt), job.runAt === null ? 0 : Date.parse(job.runAt));
  return Math.max(0, Date.parse(line.startedAt) - due);
}
