import type { Attempt } from '#src/contract/job/job.ts';
import type { AttemptLine, JobView } from '#src/contract/job/job-view.ts';
import { sizeText } from '#src/domain/text/size-text.ts';
import type { LoadFailure } from '#src/ui/data/job/use-attempt.ts';
import { useProjectUrl } from '#src/ui/data/project/project-url.ts';
import { BodyView } from '#src/ui/parts/body/body-view.tsx';
import { TextView } from '#src/ui/parts/body/text-view.tsx';
import { CureText } from '#src/ui/parts/job/cure-text.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { PaneHead } from './pane-head.tsx';
import { rawHead } from './raw-message.ts';

type Props = {
  job: JobView['job'];
  /** Line of the attempt; undefined before the first attempt has ended. */
  line: AttemptLine | undefined;
  /** The attempt in full; undefined while it is loaded. */
  attempt: Attempt | undefined;
  /** Error, if the attempt could not be loaded. */
  failure: LoadFailure | null;
  /** True if the job ended with the response of this attempt. */
  isFinal: boolean;
  raw: boolean;
};

/** Shows the response to one attempt. */
export function ResponsePane({ job, line, attempt, failure, isFinal, raw }: Props) {
  const result = isFinal ? job.result : null;
  const size = result?.size ?? attempt?.response?.size;
  return (
    <>
      <PaneHead>
        <h3 className="flex flex-1 items-center gap-2">
          Response {line && <StatusCode outcome={line.outcome} status={line.status} />}
        </h3>
        {size !== undefined && <span className="text-12 text-fg-subtle">{sizeText(size)}</span>}
      </PaneHead>
      {line?.failure && (
        <p className="border-t px-4 py-3 wrap-anywhere">
          <code className="text-fg-muted">{line.failure.code}</code> <CureText text={line.failure.message} />
        </p>
      )}
      {!line && <p className="border-t px-4 py-3 text-fg-muted">{nothingYet(job)}</p>}
      {line && !attempt && !failure && <Waiting />}
      {line && !attempt && failure && (
        <div className="border-t">
          <Failure error={failure.error} what="The response could not be loaded" onRetry={failure.retry} />
        </div>
      )}
      {attempt && <Answer job={job} attempt={attempt} isFinal={isFinal} raw={raw} />}
    </>
  );
}

function nothingYet(job: JobView['job']): string {
  if (job.endedAt !== null && job.attempts > 0)
    return 'The attempts of this job were deleted by the project’s retention, before the job itself.';
  if (job.endedAt !== null) return `The job was ${job.state} before its first attempt had ended.`;
  return job.state === 'in_progress' ? 'Waiting for the response.' : 'Nothing was sent yet.';
}

function Waiting() {
  return (
    <div className="grid gap-4 border-t p-4" role="status">
      <span className="sr-only">Loading the response</span>
      <Skeleton className="w-1/2" />
      <Skeleton className="w-2/3" />
      <Skeleton className="w-1/3" />
    </div>
  );
}

function Answer({ job, attempt, isFinal, raw }: Omit<Props, 'line' | 'attempt' | 'failure'> & { attempt: Attempt }) {
  const headers = attempt.responseHeaders;
  if (!headers) return null;
  const used = attempt.decision?.inputs.usedHeaders ?? [];
  return (
    <>
      {raw ? (
        <div className="border-t py-2.5 font-mono text-12 leading-5">
          <TextView text={rawHead(`HTTP/1.1 ${attempt.status ?? ''}`.trimEnd(), headers)} />
        </div>
      ) : (
        <HeadersTable title="Response headers" headers={headers} used={used} />
      )}
      <AnswerBody job={job} attempt={attempt} isFinal={isFinal} raw={raw} />
    </>
  );
}

/** Shows what is kept of the body of an attempt's response, or the reason why nothing is kept. */
export function AnswerBody({
  job,
  attempt,
  isFinal,
  raw,
}: Omit<Props, 'line' | 'attempt' | 'failure'> & { attempt: Attempt }) {
  const whole = useProjectUrl(`/v1/jobs/${job.id}/result`);
  if (isFinal && job.result) {
    const { result } = job;
    return (
      <BodyView
        key={attempt.id}
        title="Response body"
        view={result}
        contentType={result.contentType}
        download="result"
        whole={whole}
        raw={raw}
      />
    );
  }
  if (attempt.response) {
    const contentType = attempt.responseHeaders?.['content-type'] ?? null;
    return (
      <BodyView key={attempt.id} title="Response body" view={attempt.response} contentType={contentType} raw={raw} />
    );
  }
  return (
    <p className="border-t px-4 py-3 text-fg-muted">
      <WhyNoBody job={job} isFinal={isFinal} />
    </p>
  );
}

function WhyNoBody({ job, isFinal }: Pick<Props, 'job' | 'isFinal'>) {
  if (!isFinal) return 'No body was kept of this response.';
  if (job.resultExpiredAt && job.resultExpiredAt !== job.endedAt)
    return (
      <>
        The body was the job’s result, which was kept as long as asked, until <Exact at={job.resultExpiredAt} />.
      </>
    );
  return 'The body went into the callback and was not kept: the job asked for that with a result time of 0.';
}
