import type { Attempt } from '#src/contract/job.ts';
import { BodyView } from '#src/ui/parts/body-view.tsx';
import { HeadersTable } from '#src/ui/parts/headers-table.tsx';
import { Moment } from '#src/ui/parts/moment.tsx';
import { exactText } from '#src/ui/words/time-text.ts';
import { PhaseTimes } from './phases.tsx';

/** What is known of one attempt beyond its status and decision. */
export function AttemptDetail({ attempt, isResult }: { attempt: Attempt; isResult: boolean }) {
  const { timings, failure, redirects } = attempt;
  return (
    <div className="border-t">
      <div className="flex flex-wrap justify-between gap-x-6 gap-y-1 px-4 py-3 text-12 text-fg-muted">
        {timings && <PhaseTimes timings={timings} />}
        <span className="wrap-anywhere">
          <Moment at={attempt.startedAt}>{exactText(attempt.startedAt)}</Moment>
          {attempt.remoteAddress && `, ${attempt.remoteAddress}`}, worker{' '}
          <span className="font-mono text-fg">{attempt.worker}</span>
        </span>
      </div>
      {failure && (
        <p className="border-t px-4 py-3 wrap-anywhere">
          <code className="text-fg-muted">{failure.code}</code> {failure.message}
        </p>
      )}
      {redirects.length > 0 && (
        <ol className="border-t px-4 py-3 font-mono text-12" aria-label="Redirects">
          {redirects.map((hop) => (
            <li key={`${hop.from} ${hop.to}`} className="wrap-anywhere">
              {hop.status} {hop.from} → {hop.to}
            </li>
          ))}
        </ol>
      )}
      <Response attempt={attempt} isResult={isResult} />
    </div>
  );
}

function Response({ attempt, isResult }: { attempt: Attempt; isResult: boolean }) {
  const { responseHeaders, response, decision } = attempt;
  if (!responseHeaders) return null;
  const used = decision?.inputs.usedHeaders ?? [];
  return (
    <div className="grid grid-cols-2 max-md:grid-cols-1">
      <div className="min-w-0">
        <HeadersTable title="Response headers" headers={responseHeaders} used={used} />
      </div>
      <div className="min-w-0 border-l max-md:border-l-0">
        {response && (
          <BodyView title="Response body" view={response} contentType={responseHeaders['content-type'] ?? null} />
        )}
        {isResult && <p className="border-t px-4 py-3 text-fg-muted">The body is the job’s result, below.</p>}
      </div>
    </div>
  );
}
