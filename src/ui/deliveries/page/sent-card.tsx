'use client';

import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { DeliveryContent, SigningSecret } from '#src/contract/event/delivery-content.ts';
import { projectUrl } from '#src/ui/data/project/project-url.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { BodyView } from '#src/ui/parts/body/body-view.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { Skeleton } from '#src/ui/parts/page/skeleton.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';

type Look = 'pretty' | 'raw';

/** Shows what a delivery sends: the event with its bytes, and the headers with the parts of the signature. */
export function SentCard({ id }: { id: string }) {
  const trpc = useTRPC();
  const [look, setLook] = useState<Look>('pretty');
  const { data, error, refetch } = useQuery(trpc.deliveries.content.queryOptions({ id }, { staleTime: 60_000 }));
  return (
    <Card label="What is sent" busy={!data && !error}>
      <CardHead title="What is sent">
        {data?.event && (
          <Segmented<Look>
            label="How the event is shown"
            value={look}
            onChange={setLook}
            options={[
              { value: 'pretty', label: 'Pretty' },
              { value: 'raw', label: 'Raw' },
            ]}
          />
        )}
      </CardHead>
      {data ? (
        <Content id={id} content={data} look={look} />
      ) : error ? (
        <Failure error={error} what="What is sent could not be loaded" onRetry={() => void refetch()} />
      ) : (
        <div className="grid gap-2 p-4" aria-hidden>
          <Skeleton className="w-72" />
          <Skeleton className="w-96" />
        </div>
      )}
    </Card>
  );
}

function Content({ id, content, look }: { id: string; content: DeliveryContent; look: Look }) {
  return (
    <>
      {content.event ? (
        <BodyView
          key={look}
          title="Event"
          view={content.event}
          contentType="application/json"
          download={`${id}.json`}
          whole={projectUrl(`/v1/deliveries/${id}/event`)}
          raw={look === 'raw'}
        />
      ) : (
        <p className="px-4 py-3 text-fg-muted">
          The event was delivered, and its bytes were deleted with the result of its job.
        </p>
      )}
      <HeadersTable title="Headers, the same in every attempt" headers={Object.fromEntries(content.headers)} />
      <Signature content={content} />
      <CardFoot>The signature is over every byte of the event: a receiver verifies it before it parses.</CardFoot>
    </>
  );
}

/** Explains the headers that are made anew for each attempt. */
function Signature({ content: { secrets, signedBy } }: { content: DeliveryContent }) {
  return (
    <>
      <div className="sub-head">
        <span className="flex-1">Made anew for each attempt</span>
      </div>
      <dl className="grid grid-cols-[minmax(0,42%)_minmax(0,1fr)] gap-y-1.5 py-2.5 pr-4 pl-4 text-12 leading-5 max-sm:grid-cols-1">
        <Part name="webhook-timestamp">
          The second of the attempt. A receiver refuses one that is more than 5 min away from its clock.
        </Part>
        <Part name="webhook-signature">
          {secrets.length === 0
            ? 'There is no live secret, so nothing is sent: rotate the secret.'
            : `One signature for each live secret of the ${signedBy}, over webhook-id.webhook-timestamp.event:`}
          <ul className="mt-1 grid gap-1">
            {secrets.map((secret, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: secrets have no other key here, and their order is fixed.
              <li key={index}>
                <code>{secret.kind},…</code> {secretText(secret)}
              </li>
            ))}
          </ul>
        </Part>
      </dl>
    </>
  );
}

function secretText({ kind, hint }: SigningSecret): string {
  const end = hint === null ? '' : ` that ends in ${hint}`;
  return kind === 'v1' ? `HMAC-SHA256 with the secret${end}` : `ed25519, checked with the public key${end}`;
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="font-mono text-fg-muted">{name}</dt>
      <dd className="min-w-0 text-pretty">{children}</dd>
    </>
  );
}
