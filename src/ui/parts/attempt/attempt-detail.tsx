import type { Attempt } from '#src/contract/job/job.ts';
import { BodyView } from '#src/ui/parts/body/body-view.tsx';
import { CureText } from '#src/ui/parts/job/cure-text.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { PhaseTimes } from './phases.tsx';
import { RedirectList } from './redirect-list.tsx';

/** Shows what is known of one attempt at a delivery, except its status and its decision. */
export function AttemptDetail({ attempt }: { attempt: Attempt }) {
  const { failure, redirects, responseHeaders, response, decision } = attempt;
  return (
    <div className="border-t">
      <div className="grid gap-2 px-4 py-3">
        <PhaseTimes attempt={attempt} queueMs={0} />
        <p className="text-12 wrap-anywhere text-fg-muted">
          <Exact at={attempt.startedAt} />
          {attempt.remoteAddress && `, ${attempt.remoteAddress}`}, worker{' '}
          <span className="font-mono text-fg">{attempt.worker}</span>
        </p>
        {failure && (
          <p className="wrap-anywhere">
            <code className="text-fg-muted">{failure.code}</code> <CureText text={failure.message} />
          </p>
        )}
      </div>
      {redirects.length > 0 && <RedirectList redirects={redirects} />}
      {responseHeaders && (
        <HeadersTable title="Answer’s headers" headers={responseHeaders} used={decision?.inputs.usedHeaders ?? []} />
      )}
      {response && (
        <BodyView title="Answer’s body" view={response} contentType={responseHeaders?.['content-type'] ?? null} />
      )}
    </div>
  );
}
