'use client';

import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import type { JobView } from '#src/contract/job/job-view.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { ChevronDown, ChevronUp, Webhook } from '#src/ui/icons/icons.ts';
import type { Selection } from '#src/ui/job/page/selection.ts';
import { VisibleText } from '#src/ui/parts/body/masked-text.tsx';
import { Button } from '#src/ui/parts/form/button.tsx';
import { whyNoDelivery } from '#src/ui/words/fact-text.ts';
import { foldGroup, type ReceiverGroup, receiverGroups, stateCounts } from '#src/ui/words/receiver-groups.ts';
import { DeliveryItem } from './delivery-item.tsx';

type Props = { view: JobView; selection: Selection; onSelect: (selection: Selection) => void };

/** Shows the deliveries of the job, those to one receiver together, or the reason why there is none. */
export function DeliveriesCard({ view, selection, onSelect }: Props) {
  const { job, deliveries } = view;
  if (deliveries.length === 0) return <NoDelivery view={view} />;
  return (
    <section className="card overflow-clip" aria-label="Deliveries">
      <div className="card-head">
        <h2 className="flex flex-1 flex-wrap items-baseline gap-x-2">
          Deliveries <span className="text-12 font-normal text-fg-subtle">{stateCounts(deliveries)}</span>
        </h2>
      </div>
      {receiverGroups(view).map((group) => (
        <Receiver key={group.key} jobId={job.id} group={group} selection={selection} onSelect={onSelect} />
      ))}
    </section>
  );
}

type ReceiverProps = Omit<Props, 'view'> & { jobId: string; group: ReceiverGroup };

function Receiver({ jobId, group, selection, onSelect }: ReceiverProps) {
  const [all, setAll] = useState(false);
  const now = useNow(1_000);
  const { deliveries } = group;
  const { shown, hidden } = foldGroup(deliveries, now, selection?.owner ?? null);
  return (
    <section aria-label={`To ${group.name}`} className="not-first:border-t">
      <div className="sub-head flex-wrap border-t-0! py-1.5 pr-4!">
        <Webhook size={14} aria-hidden className="flex-none" />
        <h3 className="min-w-0 flex-1 text-12 font-normal wrap-anywhere">
          <To group={group} />
        </h3>
        {deliveries.length > 1 && <span>{stateCounts(deliveries)}</span>}
      </div>
      <ol className="divide-y">
        {(all ? deliveries : shown).map((delivery) => (
          <DeliveryItem
            key={delivery.id}
            jobId={jobId}
            delivery={delivery}
            chosen={selection?.owner === delivery.id ? selection.number : null}
            onChoose={(number) => onSelect(number === null ? null : { owner: delivery.id, number })}
          />
        ))}
      </ol>
      {hidden.length > 0 && (
        <div className="border-t px-2 py-1.5">
          <Button
            kind="ghost"
            size="small"
            icon={all ? ChevronUp : ChevronDown}
            aria-expanded={all}
            onClick={() => setAll(!all)}
          >
            {all ? 'Show fewer' : `Show ${hidden.length.toLocaleString('en-US')} more: ${stateCounts(hidden)}`}
          </Button>
        </div>
      )}
    </section>
  );
}

const kinds = { url: 'Callback URL', endpoint: 'Endpoint', listener: 'Listener', gone: 'Deleted endpoint' };

function To({ group: { kind, name, url, endpointId } }: { group: ReceiverGroup }): ReactNode {
  const shownUrl = (
    <span className="font-mono text-fg">
      <VisibleText text={url} />
    </span>
  );
  return (
    <>
      {kinds[kind]}{' '}
      {endpointId !== null && (
        <Link
          href={`/endpoints/${endpointId}`}
          prefetch={false}
          className="font-medium text-accent-text underline underline-offset-2"
        >
          {name}
        </Link>
      )}{' '}
      {kind !== 'listener' && shownUrl}
    </>
  );
}

function NoDelivery({ view }: { view: JobView }) {
  const { job } = view;
  const now = useNow(60_000);
  return (
    <section className="card" aria-label="Callback">
      <div className="card-head">
        <h2>Callback</h2>
      </div>
      <p className="p-4 wrap-anywhere text-fg-muted">
        {whyNoDelivery(view, now)} {job.callback && <code>{job.callback.url ?? job.callback.endpoint}</code>}
      </p>
    </section>
  );
}
