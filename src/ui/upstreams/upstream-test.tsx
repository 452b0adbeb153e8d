'use client';

import { useMutation } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import type { Upstream, UpstreamTest } from '#src/contract/upstream/upstream.ts';
import { formatWait } from '#src/domain/decide/outcome-text.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { Lines } from '#src/ui/parts/text/lines.tsx';

/** Asks an upstream with its credentials, and shows what it answers. */
export function UpstreamTestDialog({ upstream, onClose }: { upstream: Upstream; onClose: () => void }) {
  const trpc = useTRPC();
  const { id, name, format } = upstream;
  const [path, setPath] = useState(format === 'openai' || format === 'anthropic' ? '/models' : '/');
  const test = useMutation(trpc.upstreams.test.mutationOptions());
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={<span className="wrap-anywhere">Test {name}</span>}
      onSubmit={() => test.mutate({ id, path })}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" type="submit" busy={test.isPending}>
            Ask it
          </Button>
        </>
      }
    >
      <div className="grid min-w-0 gap-4">
        <TextField
          label="Path"
          hint="A GET with its credentials, below its base URL."
          mono
          required
          value={path}
          onChange={({ target }) => setPath(target.value)}
          error={test.error ? problemOf(test.error).message : undefined}
        />
        <div role="status">{test.data && <Outcome test={test.data} />}</div>
      </div>
    </Dialog>
  );
}

function Outcome({ test: { url, status, ms, error, limits, job } }: { test: UpstreamTest }) {
  return (
    <div className="grid min-w-0 gap-3">
      {error && <Banner tone="failed">{error.message}</Banner>}
      <Lines
        lines={[
          ['Asked', <code key="url">{url}</code>],
          status === null ? null : ['Status', status],
          ms === null ? null : ['Time', formatWait(ms)],
          ...Object.entries(limits).map(([name, value]): [string, string] => [name, value]),
          [
            'Job',
            <Link key="job" href={`/jobs/${job}`} prefetch={false} className="font-mono text-12 text-accent-text">
              {job}
            </Link>,
          ],
        ]}
      />
    </div>
  );
}
