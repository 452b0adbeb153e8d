import { Fragment, type ReactNode } from 'react';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { Card, CardFoot, CardHead } from '#src/ui/parts/page/card.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';
import { Certificates } from '#src/ui/parts/text/certificates.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { leftText } from '#src/ui/words/time-text.ts';

const defaultSchedule = [5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200, 86_400];

function ofText({ projectWide, format }: Endpoint): string {
  const what = format === 'openai' ? 'model response' : 'job';
  return projectWide ? `every ${what}` : `${what}s that name it`;
}

function payloadText({ format, payload }: Endpoint): string {
  if (format === 'openai') return "the response's id, in OpenAI's shape";
  return payload === 'full' ? 'the whole job with its result' : 'id and state only';
}

/** Shows the endpoint's settings: events, filter, payload, schedule, limits, headers. */
export function AboutCard({ endpoint }: { endpoint: Endpoint }) {
  const schedule = endpoint.scheduleSeconds ?? defaultSchedule;
  return (
    <>
      <Card label="Events">
        <CardHead title="Events" />
        <dl className="grid gap-3 p-4">
          <Line name="Gets">
            <span className="flex flex-wrap gap-1">
              {endpoint.events.map((event) => (
                <Tag key={event}>{event}</Tag>
              ))}
            </span>
          </Line>
          <Line name="Of">
            {ofText(endpoint)}
            {endpoint.labels.length > 0 && (
              <span className="mt-1 flex flex-wrap items-center gap-1 text-fg-muted">
                with
                {endpoint.labels.map((label) => (
                  <Tag key={label}>{label}</Tag>
                ))}
              </span>
            )}
          </Line>
          <Line name="Payload">{payloadText(endpoint)}</Line>
        </dl>
      </Card>
      <Card label="Schedule">
        <CardHead title="Schedule">
          <span className="pr-2 text-12 text-fg-subtle">with jitter</span>
        </CardHead>
        <ol className="flex flex-wrap gap-1 p-4" aria-label="Waits between attempts">
          {schedule.map((seconds, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same wait may come twice, and the order is fixed.
            <li key={index}>
              <Tag>{waitText(seconds)}</Tag>
            </li>
          ))}
          {schedule.length === 0 && <li className="text-fg-muted">no second attempt</li>}
        </ol>
        {endpoint.giveUpOn.length > 0 && (
          <p className="flex flex-wrap items-center gap-1 border-t px-4 py-3 text-fg-muted">
            not again after{' '}
            {endpoint.giveUpOn.map((pattern) => (
              <Fragment key={pattern}>
                <Tag>{pattern}</Tag>{' '}
              </Fragment>
            ))}
          </p>
        )}
        {(endpoint.rate !== null || endpoint.concurrency !== null) && (
          <p className="border-t px-4 py-3 text-fg-muted">
            {[
              endpoint.rate !== null && `at most ${endpoint.rate} a second`,
              endpoint.concurrency !== null && `${endpoint.concurrency} at once`,
            ]
              .filter(Boolean)
              .join(', ')}
          </p>
        )}
        <CardFoot>15 s for each attempt. Only 2xx is a success. 410 disables the endpoint.</CardFoot>
      </Card>
      {endpoint.tls !== null && (
        <Card label="Certificates">
          <CardHead title="Certificates" />
          <div className="p-4">
            <Certificates tls={endpoint.tls} />
          </div>
        </Card>
      )}
      {Object.keys(endpoint.headers).length > 0 && (
        <Card label="Headers">
          <HeadersTable title="Headers sent with every delivery" headers={endpoint.headers} />
        </Card>
      )}
    </>
  );
}

function waitText(seconds: number): string {
  return leftText(seconds * 1_000).replace(/ 0 (s|min)$/, '');
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[72px_minmax(0,1fr)] gap-3">
      <dt className="text-fg-subtle">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
