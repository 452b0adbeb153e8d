'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { type SubmitEvent, useState } from 'react';
import type { Upstream, UpstreamTest } from '#src/contract/upstream/upstream.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Zap } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';
import { Lines } from '#src/ui/parts/text/lines.tsx';
import { StatusCode } from '#src/ui/parts/text/status-code.tsx';
import { tookText } from '#src/ui/words/time-text.ts';

/** Asks an upstream with its credentials, and shows what it answered. */
export function UpstreamTestCard({ upstream }: { upstream: Upstream }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [path, setPath] = useState('');
  const test = useMutation(
    trpc.upstreams.test.mutationOptions({
      onSuccess: () => void queries.invalidateQueries(trpc.upstreams.usage.pathFilter()),
    }),
  );
  const problem = test.error ? problemOf(test.error) : null;
  const usual = upstream.format === 'openai' || upstream.format === 'anthropic' ? '/models' : '/';
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = path.trim();
    test.mutate({ id: upstream.id, ...(wanted && { path: wanted }) });
  };
  return (
    <Card label="Test" busy={test.isPending}>
      <CardHead title="Test" />
      <form className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 p-4" onSubmit={submit} noValidate>
        <TextField
          bare
          mono
          label="Path to get"
          placeholder={usual}
          spellCheck={false}
          autoComplete="off"
          value={path}
          onChange={({ target }) => setPath(target.value)}
          error={problem?.field === 'path' ? problem.message : undefined}
        />
        <Button type="submit" icon={Zap} busy={test.isPending}>
          Test
        </Button>
      </form>
      {problem && problem.field !== 'path' && (
        <div className="px-4 pb-4">
          <Banner tone="failed">{problem.message}</Banner>
        </div>
      )}
      <div aria-live="polite">{test.data && !test.isPending && <Outcome outcome={test.data} />}</div>
    </Card>
  );
}

function Outcome({ outcome: { url, status, ms, error, limits, job } }: { outcome: UpstreamTest }) {
  return (
    <>
      <div className="border-t">
        <Lines
          lines={[
            ['Status', status === null ? 'no answer' : <StatusCode key="status" outcome="response" status={status} />],
            ['Took', ms === null ? 'no attempt was made' : tookText(ms)],
            error === null ? null : ['Error', `${error.code}: ${error.message}`],
            ['URL', <code key="url">{url}</code>],
            [
              'Job',
              <Link key="job" href={`/jobs/${job}`} prefetch={false} className="link font-mono text-12">
                {job}
              </Link>,
            ],
          ]}
        />
      </div>
      <HeadersTable title="Limits in the headers" headers={limits} />
    </>
  );
}
