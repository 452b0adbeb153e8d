import { useSearchParams } from 'next/navigation';
import type { ReactNode } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { metadataText, parseMetadataPath } from '#src/domain/text/metadata-path.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { readFilters } from '#src/ui/jobs/filter/filters.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { KeptUntil, WhyNoResult } from '#src/ui/parts/job/result-keeping.tsx';
import { Lines } from '#src/ui/parts/text/lines.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { durationOf } from '#src/ui/words/fact-text.ts';
import { ageText } from '#src/ui/words/time-text.ts';

/** Shows when the job was created, how long it took, and how long its result is kept. */
export function PeekFacts({ view }: { view: JobView }) {
  const { job } = view;
  const now = useNow(1_000);
  const { columns } = readFilters(useSearchParams());
  return (
    <section className="card" aria-label="Facts">
      <Lines
        lines={[
          [isTerminal(job.state) ? 'Duration' : 'Running for', durationOf(job, now)],
          [
            'Created',
            <span key="created">
              {ageText(now - Date.parse(job.createdAt))} ago, <Exact at={job.createdAt} />
            </span>,
          ],
          [
            job.result ? 'Result expires' : 'Result',
            job.result ? <KeptUntil key="kept" at={job.result.expiresAt} /> : <WhyNoResult key="none" job={job} />,
          ],
          job.labels.length > 0
            ? [
                'Labels',
                <span key="labels" className="flex flex-wrap gap-1">
                  {job.labels.map((label) => (
                    <Tag key={label}>{label}</Tag>
                  ))}
                </span>,
              ]
            : null,
          job.flow === null ? null : ['Flow', job.flow],
          job.priority === 0 ? null : ['Priority', job.priority],
          view.apiKeyName === null ? null : ['API key', view.apiKeyName],
          ...columns.map((path): [string, ReactNode] => [path, <Chosen key={path} job={job} path={path} />]),
        ]}
      />
    </section>
  );
}

/** Shows the value of the metadata at a path that has a column in the list. */
function Chosen({ job, path }: { job: JobView['job']; path: string }) {
  const text = metadataText(job.metadata, parseMetadataPath(path) ?? []);
  return text === null ? <span className="text-fg-subtle">none</span> : <VisibleText text={text} />;
}
