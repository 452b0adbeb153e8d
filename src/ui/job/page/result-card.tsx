'use client';

import type { JobView } from '#src/contract/job/job-view.ts';
import { sizeText } from '#src/domain/text/size-text.ts';
import { useProjectUrl } from '#src/ui/data/project/project-url.ts';
import { Download, Eye } from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { KeptUntil, WhyNoResult } from '#src/ui/parts/job/result-keeping.tsx';
import { Lines } from '#src/ui/parts/text/lines.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';

/**
 * Shows what is kept of the final response, and for how long. `onView` is null if the page has no attempt in which to
 * show it.
 */
export function ResultCard({ job, onView }: { job: JobView['job']; onView: (() => void) | null }) {
  const { result } = job;
  const href = useProjectUrl(`/v1/jobs/${job.id}/result`);
  return (
    <section className="card" aria-label="Result">
      <div className="card-head">
        <h2 className="flex flex-1 items-center gap-2">
          Result {result && <StatusCode outcome="response" status={result.status} />}
        </h2>
        {result && (
          <>
            {onView && (
              <Button kind="ghost" size="small" icon={Eye} onClick={onView}>
                View
              </Button>
            )}
            {result.size > 0 && (
              <a
                href={href}
                download
                aria-label="Save the result"
                title="Save the result"
                className={buttonClass('ghost', 'icon')}
              >
                <Download size={14} aria-hidden />
              </a>
            )}
          </>
        )}
      </div>
      {result ? (
        <Lines
          lines={[
            ['Content type', <code key="type">{result.contentType ?? 'not given'}</code>],
            [
              'Size',
              result.size === 0
                ? 'empty'
                : `${sizeText(result.size)}, ${result.truncated ? 'only the beginning was kept' : 'whole'}`,
            ],
            ['Expires', <KeptUntil key="kept" at={result.expiresAt} />],
          ]}
        />
      ) : (
        <p className="p-4 text-fg-muted">
          <WhyNoResult job={job} />
        </p>
      )}
    </section>
  );
}
