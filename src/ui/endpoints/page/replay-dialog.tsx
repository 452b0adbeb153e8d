'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { serverNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Field, TextField } from '#src/ui/parts/form/field.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { leftText } from '#src/ui/words/time-text.ts';

const hour = 3_600_000;
/** Poll interval of the count. */
const countMs = 3_000;
const sinceOptions = [
  { value: '1', label: 'The last hour' },
  { value: '6', label: 'The last 6 hours' },
  { value: '24', label: 'The last day' },
  { value: '72', label: 'The last 3 days' },
  { value: '168', label: 'The last 7 days' },
  { value: '720', label: 'The last 30 days' },
] as const;
type Since = (typeof sinceOptions)[number]['value'];
type What = 'failed' | 'skipped' | 'both';

/** Sends failed or skipped deliveries again, as an operation that can be watched and stopped. */
export function ReplayDialog({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const [what, setWhat] = useState<What>(endpoint.failingSince ? 'failed' : 'both');
  const [since, setSince] = useState<Since>('24');
  const [perSecond, setPerSecond] = useState('50');
  const start = useStart(endpoint, onClose);
  const problem = start.error ? problemOf(start.error) : null;
  const submit = () => {
    const input = {
      endpoint: endpoint.id,
      since: new Date(serverNow() - Number(since) * hour).toISOString(),
      perSecond: Number(perSecond),
    };
    if (what === 'skipped') start.replaySkipped(input);
    else start.resendFailed({ ...input, includeSkipped: what === 'both' });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Replay to ${endpoint.name}`}
      description="Each event is sent again with its own webhook-id, so that receivers which remember ids handle it once."
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={start.isPending} disabled={endpoint.state === 'disabled'}>
            Start replay
          </Button>
        </>
      }
    >
      {endpoint.state === 'disabled' && (
        <Banner tone="retrying">
          The endpoint is disabled: enable it first, or everything would be skipped again.
        </Banner>
      )}
      {problem && problem.field !== 'perSecond' && <Banner tone="failed">{problem.message}</Banner>}
      <Field label="What">
        <span>
          <Segmented<What>
            label="What"
            value={what}
            onChange={setWhat}
            options={[
              { value: 'failed', label: 'Failed' },
              { value: 'skipped', label: 'Skipped' },
              { value: 'both', label: 'Both' },
            ]}
          />
        </span>
      </Field>
      <Field label="That ended in">
        <Select<Since> value={since} onChange={setSince} options={sinceOptions} />
      </Field>
      <TextField
        label="At most"
        end="per second"
        inputMode="numeric"
        value={perSecond}
        onChange={(event) => setPerSecond(event.target.value)}
        error={problem?.field === 'perSecond' ? problem.message : undefined}
      />
      <ReplayCount endpoint={endpoint} what={what} since={since} perSecond={Number(perSecond)} />
    </Dialog>
  );
}

type CountProps = { endpoint: Endpoint; what: What; since: Since; perSecond: number };

/** Says how many deliveries the replay would send now, and how long that takes. */
function ReplayCount({ endpoint, what, since, perSecond }: CountProps) {
  const trpc = useTRPC();
  const [fromMs] = useState(serverNow);
  const input = {
    endpoint: endpoint.id,
    since: new Date(fromMs - Number(since) * hour).toISOString(),
    includeSkipped: what === 'both',
    onlySkipped: what === 'skipped',
  };
  const count = useQuery(trpc.deliveries.replayCount.queryOptions(input, { refetchInterval: countMs })).data;
  if (count === undefined) return <p className="text-fg-muted">Counting…</p>;
  if (count.count === 0) return <p className="text-fg-muted">Nothing of that kind ended then.</p>;
  const takes = perSecond > 0 ? leftText((count.count / perSecond) * 1_000) : null;
  return (
    <p role="status" className="text-fg-muted">
      <b className="text-fg">
        {count.count.toLocaleString('en-US')}
        {count.capped && '+'} {count.count === 1 ? 'delivery' : 'deliveries'}
      </b>
      {takes && `, in ${count.capped ? 'at least' : 'about'} ${takes}`}
    </p>
  );
}

function useStart(endpoint: Endpoint, onClose: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const onSuccess = ({ id, total }: { id: string; total: number }) => {
    void queries.invalidateQueries(trpc.operations.pathFilter());
    onClose();
    if (total === 0) {
      toast({
        tone: 'info',
        title: 'There was nothing to replay',
        description: `${endpoint.name} missed nothing then.`,
      });
      return;
    }
    toast({
      title: `${total.toLocaleString('en-US')} deliveries are sent again`,
      action: { label: 'Watch it', onClick: () => router.push(`/operations?id=${id}`) },
    });
  };
  const resend = useMutation(trpc.deliveries.resendFailed.mutationOptions({ onSuccess }));
  const replay = useMutation(trpc.deliveries.replaySkipped.mutationOptions({ onSuccess }));
  return {
    isPending: resend.isPending || replay.isPending,
    error: resend.error ?? replay.error,
    resendFailed: resend.mutate,
    replaySkipped: replay.mutate,
  };
}
