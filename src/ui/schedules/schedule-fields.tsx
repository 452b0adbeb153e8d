'use client';

import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { Field, TextArea, TextField } from '#src/ui/parts/form/field.tsx';
import { HeaderRows, HeaderValue, KeptSecret } from '#src/ui/parts/form/header-rows.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { methods } from '#src/ui/parts/trial/form-values.ts';
import { SchedulePreviewLine } from './schedule-preview-line.tsx';
import { type ScheduleValues, usualMethod } from './schedule-values.ts';

type Props = {
  values: ScheduleValues;
  onChange: (change: Partial<ScheduleValues>) => void;
  /** Returns the error of a field, by the server's name for the field. */
  errorOf: (name: string) => string | undefined;
};

const zones: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** Fields for the times of a schedule and its policies. */
export function TimeFields({ values, onChange, errorOf }: Props) {
  return (
    <>
      <TextField
        label="Name"
        hint="Lower case letters, digits, - and _. Its jobs have the label schedule:name."
        mono
        required
        placeholder="nightly-report"
        value={values.name}
        onChange={({ target }) => onChange({ name: target.value })}
        error={errorOf('name')}
      />
      <div className="grid grid-cols-2 items-start gap-3 max-sm:grid-cols-1">
        <TextField
          label="Cron"
          mono
          required
          placeholder="0 9 * * MON-FRI"
          spellCheck={false}
          autoComplete="off"
          value={values.cron}
          onChange={({ target }) => onChange({ cron: target.value })}
          error={errorOf('cron')}
        />
        <TextField
          label="Time zone"
          list="schedule-zones"
          autoComplete="off"
          value={values.timezone}
          onChange={({ target }) => onChange({ timezone: target.value })}
          error={errorOf('timezone')}
        />
        <datalist id="schedule-zones">
          {zones.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </div>
      <SchedulePreviewLine cron={values.cron} timezone={values.timezone} />
      <Choice
        label="While its last job has not ended"
        value={values.overlap}
        options={[
          { value: 'allow', label: 'Make another job' },
          { value: 'skip', label: 'Make none' },
        ]}
        onChange={(overlap) => onChange({ overlap })}
      />
      <Choice
        label="For times that no worker was there for"
        value={values.missed}
        options={[
          { value: 'one', label: 'Make one late job' },
          { value: 'skip', label: 'Make none' },
        ]}
        onChange={(missed) => onChange({ missed })}
      />
    </>
  );
}

type ChoiceProps<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
};

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <div className="grid gap-1.5">
      <span className="font-medium">{label}</span>
      <span>
        <Segmented label={label} value={value} options={options} onChange={onChange} />
      </span>
    </div>
  );
}

const methodOptions = [
  { value: usualMethod, label: 'Usual' },
  ...methods.map((method) => ({ value: method as string, label: method as string })),
];

/** Fields for the job that a schedule makes. */
export function TemplateFields({ values, onChange, errorOf }: Props) {
  const options = methodOptions.some(({ value }) => value === values.method)
    ? methodOptions
    : [...methodOptions, { value: values.method, label: values.method }];
  return (
    <>
      <div className="grid grid-cols-[110px_minmax(0,1fr)] items-start gap-3">
        <Field label="Method" error={errorOf('job.method')}>
          <Select value={values.method} onChange={(method) => onChange({ method })} options={options} />
        </Field>
        <TextField
          label="URL"
          mono
          required
          inputMode="url"
          placeholder="https://api.example.com/v1/reports"
          value={values.url}
          onChange={({ target }) => onChange({ url: target.value })}
          error={errorOf('job.url')}
        />
      </div>
      <TemplateHeaders values={values} onChange={onChange} errorOf={errorOf} />
      <div className="grid gap-2">
        <TextArea
          label="Body"
          mono
          spellCheck={false}
          rows={4}
          placeholder={values.bodyIs === 'json' ? '{ "range": "yesterday" }' : ''}
          value={values.body}
          onChange={({ target }) => onChange({ body: target.value })}
          error={errorOf('job.json') ?? errorOf('job.body')}
        />
        <span>
          <Segmented
            label="What the body is"
            value={values.bodyIs}
            options={[
              { value: 'json', label: 'JSON' },
              { value: 'text', label: 'Text' },
            ]}
            onChange={(bodyIs) => onChange({ bodyIs })}
          />
        </span>
      </div>
      <TextField
        label="Callback URL"
        mono
        inputMode="url"
        placeholder="none"
        value={values.callbackUrl}
        onChange={({ target }) => onChange({ callbackUrl: target.value })}
        error={errorOf('job.callback')}
      />
      <TextArea
        label="More, JSON"
        hint="Every other field of a submission: retry, timeout, flow, priority, labels, redact, a callback to an endpoint …"
        mono
        spellCheck={false}
        rows={3}
        placeholder={'{ "retry": "openai", "timeout": { "durationInMs": "5m" } }'}
        value={values.more}
        onChange={({ target }) => onChange({ more: target.value })}
        error={errorOf('job')}
      />
    </>
  );
}

function TemplateHeaders({ values, onChange, errorOf }: Props) {
  return (
    <HeaderRows
      rows={values.headers}
      empty={{ name: '', value: '', secret: false, kept: null }}
      error={errorOf('job.headers')}
      placeholder="authorization"
      isFixed={({ kept }) => kept !== null}
      value={({ name, value, secret, kept }, change) =>
        kept === null ? (
          <HeaderValue
            label={`Value of ${name || 'the header'}`}
            value={value}
            isSecret={secret}
            onChange={(to) => change({ value: to })}
          />
        ) : (
          <KeptSecret name={name} shown={kept} onReplace={() => change({ kept: null, value: '', secret: true })} />
        )
      }
      beside={({ secret, kept }, change) =>
        kept === null && <Checkbox label="Secret" checked={secret} onChange={(to) => change({ secret: to })} />
      }
      onChange={(headers) => onChange({ headers })}
    />
  );
}
