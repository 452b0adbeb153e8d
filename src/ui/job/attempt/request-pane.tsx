import type { JobView } from '#src/contract/job/job-view.ts';
import { sizeText } from '#src/domain/text/size-text.ts';
import type { ShownBody } from '#src/ui/data/job/use-attempt.ts';
import { useProjectUrl } from '#src/ui/data/project/project-url.ts';
import { PaneHead } from '#src/ui/parts/attempt/pane-head.tsx';
import { rawRequest } from '#src/ui/parts/attempt/raw-message.ts';
import { BodyView } from '#src/ui/parts/body/body-view.tsx';
import { TextView } from '#src/ui/parts/body/text-view.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';

type Props = { view: JobView; body: ShownBody; raw: boolean };

/** Shows the request that is sent with every attempt. */
export function RequestPane({ view, body, raw }: Props) {
  const { job } = view;
  return (
    <>
      <PaneHead>
        <h3 className="flex-1">Request</h3>
        {body.start && <span className="text-12 text-fg-subtle">{sizeText(body.start.size)}</span>}
      </PaneHead>
      {raw ? (
        <div className="border-t py-2.5 font-mono text-12 leading-5">
          <TextView text={rawRequest(job.method, job.url, job.headers)} />
        </div>
      ) : (
        <HeadersTable title="Request headers" headers={job.headers} />
      )}
      <RequestBody view={view} body={body} raw={raw} />
    </>
  );
}

function RequestBody({ view, body, raw }: Props) {
  const whole = useProjectUrl(`/v1/jobs/${view.job.id}/body`);
  if (body.start) {
    const type = Object.entries(view.job.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null;
    return (
      <BodyView
        title="Request body"
        view={body.start}
        contentType={type}
        download="request body"
        whole={whole}
        raw={raw}
      />
    );
  }
  if (body.failure) {
    return (
      <div className="border-t">
        <Failure error={body.failure.error} what="The request body could not be loaded" onRetry={body.failure.retry} />
      </div>
    );
  }
  return (
    <p className="border-t px-4 py-3 text-fg-muted">
      <WhyNone view={view} body={body} />
    </p>
  );
}

function WhyNone({ view: { job, attempts, body: keeping }, body }: Omit<Props, 'raw'>) {
  if (body.start === null) return attempts.length > 0 || job.attempts > 0 ? 'Sent without a body.' : 'It has no body.';
  if (keeping.state === 'kept') return 'The request body is being loaded.';
  if (keeping.until === null || keeping.until === job.endedAt) return 'The request body was erased when the job ended.';
  return (
    <>
      The request body was erased at <Exact at={keeping.until} />, when it had been kept as long as was asked for.
    </>
  );
}
