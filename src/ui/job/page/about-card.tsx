import Link from 'next/link';
import type { ReactNode } from 'react';
import type { JobView, Keeping } from '#src/contract/job/job-view.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { BodyView } from '#src/ui/parts/body/body-view.tsx';
import { Lines } from '#src/ui/parts/text/lines.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { flowsUrl } from '#src/ui/words/flow-words.ts';
import { upstreamUrl } from '#src/ui/words/upstream-words.ts';

/** Shows the settings of the job, and which of its data is still kept. */
export function AboutCard({ view }: { view: JobView }) {
  const { job, settings } = view;
  const metadata = job.metadata === null ? null : JSON.stringify(job.metadata);
  return (
    <section className="card overflow-clip" aria-label="About this job">
      <div className="card-head">
        <h2>About this job</h2>
      </div>
      <div className="grid grid-cols-2 max-sm:grid-cols-1">
        <Lines
          lines={[
            ['Submitted by', view.apiKeyName === null ? 'the dashboard' : `key ${view.apiKeyName}`],
            ...callLines(view),
            ['Idempotency', job.idempotencyKey ? <code key="key">{job.idempotencyKey}</code> : 'no key'],
            view.upstream === null ? null : ['Upstream', <UpstreamLink key="upstream" view={view} />],
            job.flow === null ? null : ['Flow', <FlowLink key="flow" flow={job.flow} />],
            job.priority === 0 ? null : ['Priority', job.priority],
            ['Timeout', `${formatWait(settings.timeoutMs)} for each attempt`],
            ['Redirects', settings.redirect === 'follow' ? 'followed, up to 10' : 'not followed'],
            settings.sendIdempotencyKey ? ['Sends', 'Idempotency-Key with every attempt'] : null,
            job.runAt ? ['Not before', <Exact key="run" at={job.runAt} />] : null,
            job.startedAt ? ['Started', <Exact key="started" at={job.startedAt} />] : null,
            job.endedAt ? ['Ended', <Exact key="ended" at={job.endedAt} />] : null,
            job.deadlineAt ? ['Deadline', <Exact key="deadline" at={job.deadlineAt} />] : null,
            job.rerunOf ? ['Run again from', <JobLink key="from" id={job.rerunOf} />] : null,
            view.rerunAs ? ['Run again as', <JobLink key="as" id={view.rerunAs} />] : null,
          ]}
        />
        <div className="min-w-0 border-l max-sm:border-t max-sm:border-l-0">
          <Lines
            lines={[
              ['Secrets', <SecretsText key="secrets" view={view} />],
              ['Request body', <RequestBodyText key="body" view={view} />],
              ['Result', `kept ${formatWait(settings.resultTtlSeconds * 1_000)} from the end`],
              job.callback ? ['Callback', `${job.callback.events.join(', ')}, ${job.callback.payload} payload`] : null,
            ]}
          />
        </div>
      </div>
      {metadata !== null && (
        <BodyView
          title="Metadata"
          view={{ body: metadata, encoding: 'utf8', size: new TextEncoder().encode(metadata).length }}
          contentType="application/json"
        />
      )}
    </section>
  );
}

function callLines({ call }: JobView): ([string, ReactNode] | null)[] {
  if (call === null) return [];
  const { model, inputTokens, outputTokens, responseId, gateway } = call;
  const tokens = [
    inputTokens === null ? null : `${inputTokens.toLocaleString('en-US')} in`,
    outputTokens === null ? null : `${outputTokens.toLocaleString('en-US')} out`,
  ].filter((text) => text !== null);
  return [
    ['Gateway', gateway],
    responseId === null ? null : ['Response', <code key="response">{responseId}</code>],
    model === null ? null : ['Model', model],
    tokens.length === 0 ? null : ['Tokens', tokens.join(', ')],
  ];
}

/** Leads to the upstream by its id, since it may have another name now. One that was removed has no page. */
function UpstreamLink({ view: { job, upstream } }: { view: JobView }) {
  if (upstream === null) return null;
  const { id, name } = upstream;
  const before = job.upstream ?? id;
  if (name === null) return <span>{before}, which was removed</span>;
  return (
    <span>
      <Link href={upstreamUrl(id)} prefetch={false} className="text-accent-text hover:underline">
        {name}
      </Link>
      {name !== before && `, named ${before} then`}
    </span>
  );
}

function FlowLink({ flow }: { flow: string }) {
  return (
    <Link href={flowsUrl(flow)} prefetch={false} className="text-accent-text hover:underline">
      {flow}
    </Link>
  );
}

function JobLink({ id }: { id: string }) {
  return (
    <Link href={`/jobs/${id}`} prefetch={false} className="font-mono text-12 text-accent-text hover:underline">
      {id}
    </Link>
  );
}

function SecretsText({ view: { job, secrets, settings } }: { view: JobView }) {
  if (secrets.state === 'none') return 'none were given';
  if (secrets.state === 'erased') return <ErasedText keeping={secrets} endedAt={job.endedAt} />;
  if (secrets.until !== null)
    return (
      <span>
        encrypted, until <Exact at={secrets.until} />
      </span>
    );
  if (settings.keepSecretsSeconds !== null && settings.keepSecretsSeconds > 0)
    return `encrypted, for ${formatWait(settings.keepSecretsSeconds * 1_000)} after the job’s end`;
  return settings.keepSecretsSeconds === 0
    ? 'encrypted, erased when the job ends'
    : 'encrypted, erased when the job ends; for 24 h more if it fails, so that running again works';
}

function RequestBodyText({ view: { job, body, settings } }: { view: JobView }) {
  if (body.state === 'none') return 'none';
  if (body.state === 'erased') return <ErasedText keeping={body} endedAt={job.endedAt} />;
  const how = settings.redact.body.length > 0 ? 'encrypted' : 'stored as it was sent';
  if (body.until === null) return `${how}, kept as long as the result`;
  return (
    <span>
      {how}, until <Exact at={body.until} />
    </span>
  );
}

function ErasedText({ keeping: { until }, endedAt }: { keeping: Keeping; endedAt: string | null }) {
  const at = until ?? endedAt;
  if (at === null) return 'erased';
  return (
    <span>
      erased at <Exact at={at} />
      {at === endedAt && ', when the job ended'}
    </span>
  );
}
