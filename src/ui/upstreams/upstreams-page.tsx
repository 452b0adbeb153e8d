'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { lazy, Suspense, useState } from 'react';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Globe, Plus } from '#src/ui/icons/icons.ts';
import { CodeBlock } from '#src/ui/parts/body/code-block.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Card } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { PageHead } from '#src/ui/parts/page/page-head.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { DataTable, RowLink, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { formatWords, upstreamUrl } from '#src/ui/words/upstream-words.ts';

const UpstreamDialog = lazy(async () => ({ default: (await import('./form/upstream-dialog.tsx')).UpstreamDialog }));

const refreshMs = 10_000;

/** Page that lists the upstreams of the project, and makes new ones. */
export function UpstreamsPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const isOwner = useIsOwner();
  const [making, setMaking] = useState(false);
  const query = useQuery(trpc.upstreams.list.queryOptions(undefined, { refetchInterval: refreshMs }));
  const upstreams = query.data?.upstreams;
  return (
    <>
      <TopBar>
        <span>Upstreams</span>
      </TopBar>
      <PageBody>
        <PageHead title="Upstreams">
          {isOwner && (
            <Button kind="primary" icon={Plus} onClick={() => setMaking(true)}>
              New upstream
            </Button>
          )}
        </PageHead>
        <Card label="Upstreams" busy={query.isPending}>
          {upstreams === undefined ? (
            query.error ? (
              <Failure
                error={query.error}
                what="The upstreams could not be loaded"
                onRetry={() => void query.refetch()}
              />
            ) : (
              <SkeletonTable rows={4} />
            )
          ) : upstreams.length === 0 ? (
            <NoUpstream />
          ) : (
            <UpstreamsTable upstreams={upstreams} />
          )}
        </Card>
      </PageBody>
      {making && (
        <Suspense fallback={null}>
          <UpstreamDialog
            upstream={null}
            onClose={() => setMaking(false)}
            onSaved={({ id }) => router.push(upstreamUrl(id))}
          />
        </Suspense>
      )}
    </>
  );
}

function UpstreamsTable({ upstreams }: { upstreams: readonly Upstream[] }) {
  return (
    <DataTable
      label="Upstreams"
      head={
        <>
          <Th className="w-[24%]">Upstream</Th>
          <Th className="w-[110px]">Format</Th>
          <Th>Base URL</Th>
          <Th className="w-[30%]">Models</Th>
        </>
      }
    >
      {upstreams.map((upstream) => (
        <Tr key={upstream.id}>
          <Td phone="main">
            <span className="flex min-w-0 items-center gap-2">
              <RowLink href={upstreamUrl(upstream.id)} className="min-w-0 truncate font-medium" title={upstream.name}>
                {upstream.name}
              </RowLink>
              {upstream.default && <Tag>default</Tag>}
            </span>
          </Td>
          <Td phone="aside" className="text-fg-muted">
            {upstream.format === 'none' ? '–' : formatWords[upstream.format]}
          </Td>
          <Td phone="first" className="truncate font-mono text-12 text-fg-muted">
            <span title={upstream.baseUrl}>{upstream.baseUrl}</span>
          </Td>
          <Td phone="third" className="truncate">
            <Models upstream={upstream} />
          </Td>
        </Tr>
      ))}
    </DataTable>
  );
}

function Models({ upstream }: { upstream: Upstream }) {
  if (upstream.models.length > 0)
    return (
      <span className="font-mono text-12" title={upstream.models.join(', ')}>
        {upstream.models.join(', ')}
      </span>
    );
  return <span className="text-fg-subtle">{upstream.default ? 'all others' : `${upstream.name}/…`}</span>;
}

const snippet = `await ringback.upstreams.create({
  name: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  format: 'openai',
  headers: { authorization: \`Bearer \${process.env.OPENAI_API_KEY}\` },
  models: ['gpt-', 'o3'],
});
await ringback.submit({
  upstream: 'openai',
  path: '/responses',
  json: { model: 'gpt-5', input: 'Hello' },
});`;

/** Shows in place of an empty list how an upstream is made and used. */
function NoUpstream() {
  return (
    <EmptyState
      icon={Globe}
      title="No upstream yet"
      action={
        <div className="w-[680px] max-w-full min-w-0 text-left">
          <CodeBlock text={snippet} label="the snippet" boxed />
        </div>
      }
    >
      An upstream is an API with a name: jobs name it and a path, and workers add its credentials. Make one by the
      button above, or in your code.
    </EmptyState>
  );
}
