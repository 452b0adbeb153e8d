'use client';

import { endpointEvents } from '#src/contract/endpoint/endpoint.ts';
import { responseEvents } from '#src/contract/event/event-names.ts';
import type { TlsView } from '#src/contract/shape/tls-input.ts';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Switch } from '#src/ui/parts/form/switch.tsx';
import { TlsFields } from '#src/ui/parts/form/tls-fields.tsx';
import { type EndpointValues, formatChange } from './endpoint-form-values.ts';
import { eventHints } from './event-words.ts';
import { HeaderFields } from './header-fields.tsx';

type Props = {
  values: EndpointValues;
  isNew: boolean;
  /** Certificates that are stored; null: none. */
  storedTls: TlsView | null;
  onChange: (change: Partial<EndpointValues>) => void;
  /** Returns the error of a field, by the server's name for the field. */
  error: (name: string) => string | undefined;
};

/** Shows every setting of an endpoint, the required ones first. */
export function EndpointFields({ values, isNew, storedTls, onChange, error }: Props) {
  const text = (
    name: 'name' | 'url' | 'description' | 'labels' | 'schedule' | 'giveUpOn' | 'rate' | 'concurrency',
  ) => ({
    value: values[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
    error: error(name === 'schedule' ? 'scheduleSeconds' : name),
  });
  return (
    <div className="grid gap-4">
      <TextField
        label="Name"
        hint="Jobs name it by this: lower case letters, digits, - and _."
        mono
        required
        {...text('name')}
      />
      <TextField
        label="URL"
        placeholder="https://app.example.com/api/ringback"
        mono
        required
        inputMode="url"
        {...text('url')}
      />
      <TextField label="Description" {...text('description')} />
      <Format values={values} onChange={onChange} />
      <Events values={values} onChange={onChange} error={error('events')} />
      <Switch
        label={values.format === 'openai' ? 'Tell it of every model response' : 'Tell it of every job'}
        hint={`Otherwise only of ${values.format === 'openai' ? 'those' : 'jobs'} that name it.`}
        checked={values.projectWide}
        onChange={(projectWide) => onChange({ projectWide })}
      />
      {values.projectWide && (
        <TextField label="Only jobs with all of these labels" placeholder="prod, billing" {...text('labels')} />
      )}
      {values.format === 'ringback' && <Payload values={values} onChange={onChange} />}
      <HeaderFields lines={values.headers} onChange={(headers) => onChange({ headers })} error={error('headers')} />
      <TlsFields stored={storedTls} values={values.tls} onChange={(tls) => onChange({ tls })} errorOf={error} />
      <TextField
        label="Retry schedule"
        placeholder="5s, 30s, 2m, 15m, 1h, 3h, 6h, 12h, 24h"
        hint="Waits between attempts, with jitter. Empty: as shown."
        mono
        {...text('schedule')}
      />
      <TextField
        label="Not tried again after"
        placeholder="400, 422, 5xx"
        hint="Answers that end a delivery at once. 410 always does."
        mono
        {...text('giveUpOn')}
      />
      <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
        <TextField label="Rate" end="per second" placeholder="no limit" inputMode="decimal" {...text('rate')} />
        <TextField
          label="At once"
          end="deliveries"
          placeholder="no limit"
          inputMode="numeric"
          {...text('concurrency')}
        />
      </div>
      {isNew && <Signing values={values} onChange={onChange} />}
    </div>
  );
}

function Format({ values, onChange }: Pick<Props, 'values' | 'onChange'>) {
  return (
    <div className="grid gap-1.5">
      <span className="font-medium">Format</span>
      <span>
        <Segmented
          label="Format"
          value={values.format}
          onChange={(format) => onChange(formatChange(format))}
          options={[
            { value: 'ringback', label: 'Ringback' },
            { value: 'openai', label: 'OpenAI' },
          ]}
        />
      </span>
      {values.format === 'openai' && (
        <span className="text-12 text-fg-subtle">
          It hears of model responses alone, by thin events in the shape of OpenAI's webhooks.
        </span>
      )}
    </div>
  );
}

function Payload({ values, onChange }: Pick<Props, 'values' | 'onChange'>) {
  return (
    <div className="grid gap-1.5">
      <span className="font-medium">Payload</span>
      <span>
        <Segmented
          label="Payload"
          value={values.payload}
          onChange={(payload) => onChange({ payload })}
          options={[
            { value: 'full', label: 'Whole job' },
            { value: 'thin', label: 'Id and state' },
          ]}
        />
      </span>
    </div>
  );
}

function Signing({ values, onChange }: Pick<Props, 'values' | 'onChange'>) {
  return (
    <div className="grid gap-1.5">
      <span className="font-medium">Signature</span>
      <span>
        <Segmented
          label="Signature"
          value={values.signing}
          onChange={(signing) => onChange({ signing })}
          options={[
            { value: 'v1', label: 'Shared secret (v1)' },
            { value: 'v1a', label: 'Key pair (v1a)' },
          ]}
        />
      </span>
      <span className="text-12 text-fg-subtle">
        {values.signing === 'v1'
          ? 'HMAC-SHA256, which every Standard Webhooks library verifies.'
          : `ed25519: the receiver has only the public key, and cannot sign with it.${values.format === 'openai' ? ' OpenAI’s own client verifies v1 alone.' : ''}`}
      </span>
    </div>
  );
}

function Events({ values, onChange, error }: Pick<Props, 'values' | 'onChange'> & { error: string | undefined }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 font-medium">Events</legend>
      {(values.format === 'openai' ? responseEvents : endpointEvents).map((event) => (
        <Checkbox
          key={event}
          label={event}
          hint={eventHints[event] ?? ''}
          checked={values.events.includes(event)}
          onChange={(on) =>
            onChange({ events: on ? [...values.events, event] : values.events.filter((one) => one !== event) })
          }
        />
      ))}
      {error && (
        <p role="alert" className="text-12 text-failed-text">
          {error}
        </p>
      )}
    </fieldset>
  );
}
