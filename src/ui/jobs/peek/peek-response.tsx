import type { JobView } from '#src/contract/job/job-view.ts';
import { sizeText } from '#src/domain/text/size-text.ts';
import { AnswerBody } from '#src/ui/parts/attempt/response-pane.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';

/** Shows the body of the last response. Its headers, and the responses of other attempts, are on the job's page. */
export function PeekResponse({ view: { job, latest } }: { view: JobView }) {
  if (latest?.responseHeaders == null) return null;
  const size = job.result?.size ?? latest.response?.size;
  return (
    <section className="card overflow-clip" aria-label="Response">
      <div className="flex min-h-11 items-center gap-2 px-4">
        <h3 className="flex flex-1 items-center gap-2">
          Response <StatusCode outcome={latest.outcome} status={latest.status} />
        </h3>
        {size !== undefined && <span className="text-12 text-fg-subtle">{sizeText(size)}</span>}
      </div>
      <AnswerBody job={job} attempt={latest} isFinal={job.endedAt !== null} raw={false} />
    </section>
  );
}
