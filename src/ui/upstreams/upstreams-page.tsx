'use client';

import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
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
import { TopBar } from '#src/ui/shell/bar/top-bar.tsx';
import { PageBody } from '#src/ui/shell/page-body.tsx';
import { UpstreamsTable } from './upstreams-table.tsx';

const UpstreamDialog = lazy(async () => ({ default: (await import('./upstream-dialog.tsx')).UpstreamDialog }));

/** Nothing tells of a change that somebody else makes, so the list is read again now and then. */
const refreshMs = 10_000;

/** Page that lists the upstreams of the project, tests them, and makes new ones. */
export function UpstreamsPage() {
  const trpc = useTRPC();
  const [making, setMaking] = useState(false);
  const isOwner = useIsOwner();
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
          <UpstreamDialog upstream={null} onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </>
  );
}

const snippet = `await ringback.upstreams.create({
  name: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  format: 'openai',
  default: true,
  headers: { authorization: redactString\`Bearer \${process.env.OPENAI_API_KEY}\` },
});`;

/** Shows in place of an empty list how an upstream is made. */
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
      An upstream is an API with a name and credentials. Jobs name it instead of a URL, and clients of model APIs reach
      it through this server.
    </EmptyState>
  );
}
