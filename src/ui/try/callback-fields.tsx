'use client';

import { inboxName } from '#src/contract/live/inbox.ts';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import type { FieldsProps } from './request-fields.tsx';

const nameRule = 'Up to 40 characters of a – z, 0 – 9 and -.';

/** Fields for the callback, the time for which the result is kept, the labels, the flow and the priority. */
export function CallbackFields({ values, onChange, errorOf }: Omit<FieldsProps, 'origin'>) {
  const { callback, inbox } = values;
  return (
    <>
      <div className="grid gap-1.5">
        <span className="font-medium">Callback</span>
        <span>
          <Segmented
            label="Callback"
            value={callback}
            onChange={(next) => onChange({ callback: next })}
            options={[
              { value: 'inbox', label: 'To the inbox' },
              { value: 'url', label: 'To a URL' },
              { value: 'none', label: 'None' },
            ]}
          />
        </span>
      </div>
      {callback === 'inbox' && (
        <TextField
          label="Inbox"
          mono
          value={inbox}
          onChange={(event) => onChange({ inbox: event.target.value })}
          error={inboxName.test(inbox) ? errorOf('callback') : nameRule}
        />
      )}
      {callback === 'url' && (
        <TextField
          label="Callback URL"
          mono
          inputMode="url"
          placeholder="https://app.example.com/api/ringback"
          value={values.callbackUrl}
          onChange={(event) => onChange({ callbackUrl: event.target.value })}
          error={errorOf('callback')}
        />
      )}
      <div className="grid grid-cols-2 items-start gap-3">
        <TextField
          label="Keep the result"
          placeholder="as the project says"
          hint="Like 10m, 24h, 30d"
          value={values.ttl}
          onChange={(event) => onChange({ ttl: event.target.value })}
          error={errorOf('resultTtlSeconds')}
        />
        <TextField
          label="Labels"
          placeholder="images, eu"
          value={values.labels}
          onChange={(event) => onChange({ labels: event.target.value })}
          error={errorOf('labels')}
        />
        <TextField
          label="Flow"
          placeholder="none"
          hint="Jobs of a flow share its limits"
          value={values.flow}
          onChange={(event) => onChange({ flow: event.target.value })}
          error={errorOf('flow')}
        />
        <TextField
          label="Priority"
          placeholder="0"
          hint="From −100 to 100"
          inputMode="numeric"
          value={values.priority}
          onChange={(event) => onChange({ priority: event.target.value })}
          error={errorOf('priority')}
        />
      </div>
    </>
  );
}
