import Link from 'next/link';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { Certificates } from '#src/ui/parts/text/certificates.tsx';
import { Lines } from '#src/ui/parts/text/lines.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { flowsUrl, rateText } from '#src/ui/words/flow-words.ts';
import { formatWords } from '#src/ui/words/upstream-words.ts';

/** Shows the settings of an upstream, apart from its headers. */
export function UpstreamSettingsCard({ upstream }: { upstream: Upstream }) {
  const { format, retry, timeoutMs, flow, name } = upstream;
  const key = flow?.key ?? `upstream:${name}`;
  return (
    <Card label="Settings">
      <CardHead title="Settings" />
      <Lines
        lines={[
          ['Format', formatWords[format]],
          ['Models', <Models key="models" upstream={upstream} />],
          ['Retry', retryText(upstream)],
          [
            'Timeout',
            timeoutMs === null ? 'the usual 10 min for each attempt' : `${formatWait(timeoutMs)} for each attempt`,
          ],
          [
            'Flow',
            flow === null ? (
              'none'
            ) : (
              <Link key="flow" href={flowsUrl(key)} prefetch={false} className="link">
                {key}
              </Link>
            ),
          ],
          flow === null ? null : ['Limits', limitsText(flow)],
          upstream.tls === null ? null : ['Certificates', <Certificates key="tls" tls={upstream.tls} />],
          ['Made', <Exact key="made" at={upstream.createdAt} />],
          ['Changed', <Exact key="changed" at={upstream.updatedAt} />],
        ]}
      />
      {typeof retry === 'object' && retry !== null && (
        <div className="border-t">
          <CodeBlock text={JSON.stringify(retry, null, 2)} label="the retries" />
        </div>
      )}
    </Card>
  );
}

function Models({ upstream }: { upstream: Upstream }) {
  return (
    <span className="flex flex-wrap gap-1">
      {upstream.models.map((prefix) => (
        <Tag key={prefix}>{`${prefix}…`}</Tag>
      ))}
      <Tag>{`${upstream.name}/…`}</Tag>
      {upstream.default && <Tag>all others</Tag>}
    </span>
  );
}

function retryText({ retry, format }: Upstream): string {
  if (typeof retry === 'string') return `preset ${retry}`;
  if (retry !== null) return 'rules of its own, below';
  return `preset ${format === 'openai' || format === 'anthropic' ? format : 'default'}, by the format`;
}

function limitsText({ concurrency, rate }: NonNullable<Upstream['flow']>): string {
  const parts = [concurrency === null ? null : `${concurrency} at once`, rate === null ? null : rateText(rate)];
  return parts.filter((part) => part !== null).join(', ') || 'none here';
}
