import Link from 'next/link';
import type { ReactNode } from 'react';
import type { JobView, Keeping } from '#src/contract/job/job-view.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { BodyView } from '#src/ui/parts/body/body-view.tsx';
import { Lines } from '#src/ui/parts/text/lines.tsx';
import { flowsUrl } from '#src/ui/words/flow-words.ts';
import { exactText } from '#src/ui/words/time-text.ts';
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
            job.runAt ? ['Not before', exactText(job.runAt)] : null,
            job.startedAt ? ['Started', exactText(job.startedAt)] : null,
            job.endedAt ? ['Ended', exactText(job.endedAt)] : null,
            job.deadlineAt ? ['Deadline', exactText(job.deadlineAt)] : null,
            job.rerunOf ? ['Run again from', <JobLink key="from" id={job.rerunOf} />] : null,
            view.rerunAs ? ['Run again as', <JobLink key="as" id={view.rerunAs} />] : null,
          ]}
        />
        <div className="min-w-0 border-l max-sm:border-t max-sm:border-l-0">
          <Lines
            lines={[
              ['Secrets', secretsText(view)],
              ['Request body', bodyText(view)],
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

function secretsText({ job, secrets, settings }: JobView): string {
  if (secrets.state === 'none') return 'none were given';
  if (secrets.state === 'erased') return erasedText(secrets, job.endedAt);
  if (secrets.until !== null) return `encrypted, until ${exactText(secrets.until)}`;
  if (settings.keepSecretsSeconds !== null && settings.keepSecretsSeconds > 0)
    return `encrypted, for ${formatWait(settings.keepSecretsSeconds * 1_000)} after the job’s end`;
  return settings.keepSecretsSeconds === 0
    ? 'encrypted, erased when the job ends'
    : 'encrypted, erased when the job ends; for 24 h more if it fails, so that running again works';
}

function bodyText({ job, body, settings }: JobView): string {
  if (body.state === 'none') return 'none';
  if (body.state === 'erased') return erasedText(body, job.endedAt);
  const how = settings.redact.body.length > 0 ? 'encrypted' : 'stored as it was sent';
  return body.until === null ? `${how}, kept as long as the result` : `${how}, until ${exactText(body.until)}`;
}

function erasedText({ until }: Keeping, endedAt: string | null): string {
  if (until !== null && until !== endedAt) return `erased at ${exactText(until)}`;
  return endedAt === null ? 'erased' : `erased at ${exactText(endedAt)}, when the job ended`;
}
