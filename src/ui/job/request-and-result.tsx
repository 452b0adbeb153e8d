import clsx from 'clsx';
import type { ReactNode } from 'react';
import type { Job, JobResult } from '#src/contract/job.ts';
import { BodyView } from '#src/ui/parts/body-view.tsx';
import { HeadersTable } from '#src/ui/parts/headers-table.tsx';
import { StatusCode } from '#src/ui/parts/status-code.tsx';
import { sizeText } from '#src/ui/words/size-text.ts';
import { exactText } from '#src/ui/words/time-text.ts';

/** What was sent, and what is kept of what came back. */
export function RequestAndResult({ job }: { job: Job }) {
  return (
    <div className="card grid grid-cols-2 overflow-clip max-md:grid-cols-1">
      <Pane name="Request" head={<h2>Request</h2>}>
        <HeadersTable title="Request headers" headers={job.headers} />
      </Pane>
      <Pane name="Result" second head={<ResultHead result={job.result} />}>
        {job.result ? <Result result={job.result} /> : <NoResult job={job} />}
      </Pane>
    </div>
  );
}

function Pane({
  name,
  head,
  second = false,
  children,
}: {
  name: string;
  head: ReactNode;
  second?: boolean;
  children: ReactNode;
}) {
  return (
    <section aria-label={name} className={clsx('min-w-0', second && 'border-l max-md:border-t max-md:border-l-0')}>
      <div className="flex h-11 items-center gap-2 px-4">{head}</div>
      {children}
    </section>
  );
}

function ResultHead({ result }: { result: JobResult | null }) {
  return (
    <>
      <h2 className="flex flex-1 items-center gap-2">
        Result {result && <StatusCode outcome="response" status={result.status} />}
      </h2>
      {result && <span className="text-12 text-fg-subtle">{sizeText(result.size)}</span>}
    </>
  );
}

function Result({ result }: { result: JobResult }) {
  return (
    <>
      <HeadersTable title="Response headers" headers={result.headers} />
      <BodyView title="Body" view={result} contentType={result.contentType} download="result" />
    </>
  );
}

function NoResult({ job }: { job: Job }) {
  return <p className="border-t p-4 text-fg-muted">{whyNoResult(job)}</p>;
}

function whyNoResult(job: Job): string {
  if (job.resultExpiredAt) return `It was kept as long as asked, and deleted at ${exactText(job.resultExpiredAt)}.`;
  if (job.endedAt === null) return 'The final response stands here once the job has ended.';
  return job.state === 'cancelled'
    ? 'The job was cancelled before a final response arrived.'
    : 'The job ended without a response that could be kept.';
}
