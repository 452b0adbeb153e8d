'use client';

import type { ReactNode } from 'react';
import { type Endpoint, endpointEvents } from '#src/contract/endpoint/endpoint.ts';
import { deliveryFailureWords } from '#src/contract/event/delivery-words.ts';
import { asyncJobEvents, responseEvents } from '#src/contract/event/event-names.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { X } from '#src/ui/icons/icons.ts';
import { buttonClass } from '#src/ui/parts/form/button.tsx';
import { SearchField } from '#src/ui/parts/form/search-field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { ShallowLink } from '#src/ui/parts/table/shallow-link.tsx';
import { TimeRange } from '#src/ui/parts/table/time-range.tsx';
import { Chip } from '#src/ui/parts/text/chip.tsx';
import { useOpenId } from '#src/ui/shell/keys/use-open-id.ts';
import { codeWord } from '#src/ui/words/outcome-look.ts';
import { type DeliveryFilters, deliveriesQuery, deliveriesUrl } from './delivery-filters.ts';

const types = [...endpointEvents, ...responseEvents, ...asyncJobEvents, 'endpoint.test'];
const statuses = [
  { value: '5xx', label: '5xx' },
  { value: '4xx', label: '4xx' },
  { value: '3xx', label: '3xx' },
  { value: '429', label: '429' },
  { value: 'timeout', label: 'Timeout' },
  { value: 'connection_error', label: 'No connection' },
  { value: 'dns_error', label: 'No address' },
  { value: 'tls_certificate', label: 'Certificate' },
  { value: 'payload_expunged', label: 'Payload gone' },
];

type Props = { filters: DeliveryFilters; endpoints: readonly Endpoint[]; children: ReactNode };

/** Searches and filters the list of deliveries. */
export function DeliveryFilterBar({ filters, endpoints, children }: Props) {
  const openId = useOpenId();
  const set = (name: 'endpoint' | 'type' | 'status') => (value: string) =>
    goTo(deliveriesUrl(filters, { [name]: value === 'all' ? '' : value }));
  return (
    <search className="flex min-h-7 flex-wrap items-center gap-2">
      <SearchField
        label="Search deliveries"
        placeholder="URL, endpoint, or any id"
        value={filters.text}
        urlOf={(text) => deliveriesUrl(filters, { text })}
        // The list itself finds deliveries by these ids.
        opens={(text) => !/^\s*(dlv|evt|att|end|job|resp)_/.test(text) && openId(text)}
      />
      <TimeRange attempts range={filters} urlOf={(range) => deliveriesUrl(filters, range)} />
      <Select
        label="Endpoint"
        size="small"
        value={filters.endpoint || 'all'}
        onChange={set('endpoint')}
        // An endpoint that was deleted still filters the deliveries that it got.
        options={withAny('Any receiver', filters.endpoint, [
          ...endpoints.map(({ id, name }) => ({ value: id, label: name })),
        ])}
      />
      <Select
        label="Event"
        size="small"
        value={filters.type || 'all'}
        onChange={set('type')}
        options={withAny('Any event', filters.type, [...types.map((type) => ({ value: type, label: type }))])}
      />
      <Select
        label="Answer"
        size="small"
        value={filters.status || 'all'}
        onChange={set('status')}
        options={withAny('Any answer', filters.status, statuses)}
      />
      {filters.job && (
        <Chip field="job" value={filters.job} onRemove={() => goTo(deliveriesUrl(filters, { job: '' }))} />
      )}
      {filters.origin && (
        <Chip
          field="URLs of jobs at"
          value={filters.origin}
          onRemove={() => goTo(deliveriesUrl(filters, { origin: '' }))}
        />
      )}
      {filters.operation && (
        <Chip
          field="operation"
          value={filters.operation}
          onRemove={() => goTo(deliveriesUrl(filters, { operation: '' }))}
        />
      )}
      {filters.failure && (
        <Chip field="failure" value={filters.failure} onRemove={() => goTo(deliveriesUrl(filters, { failure: '' }))} />
      )}
      {deliveriesQuery(filters) !== '' && (
        <ShallowLink href="/deliveries" className={buttonClass('ghost', 'small')}>
          <X size={14} aria-hidden /> Clear
        </ShallowLink>
      )}
      <span className="flex-1" />
      {children}
    </search>
  );
}

type Option = { value: string; label: string };

/** Returns options with the one for no filter, and with the chosen value if it is none of them. */
function withAny(any: string, chosen: string, options: readonly Option[]): Option[] {
  const isKnown = chosen === '' || options.some(({ value }) => value === chosen);
  const label = Object.hasOwn(deliveryFailureWords, chosen) ? codeWord(chosen) : chosen;
  return [{ value: 'all', label: any }, ...options, ...(isKnown ? [] : [{ value: chosen, label }])];
}
