'use client';

import type { TlsView } from '#src/contract/shape/tls-input.ts';
import { type UpstreamFormat, upstreamFormats } from '#src/contract/upstream/upstream.ts';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { TextArea, TextField } from '#src/ui/parts/form/field.tsx';
import { HeaderRows, HeaderValue, KeptSecret } from '#src/ui/parts/form/header-rows.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Switch } from '#src/ui/parts/form/switch.tsx';
import { TlsFields } from '#src/ui/parts/form/tls-fields.tsx';
import { formatWords } from '#src/ui/words/upstream-words.ts';
import type { UpstreamValues } from './upstream-values.ts';

type Props = {
  values: UpstreamValues;
  /** Certificates that are stored; null: none. */
  storedTls: TlsView | null;
  onChange: (change: Partial<UpstreamValues>) => void;
  /** Returns the error of a field, by the server's name for the field. */
  errorOf: (name: string) => string | undefined;
};

type TextName = {
  [Name in keyof UpstreamValues]: UpstreamValues[Name] extends string ? Name : never;
}[keyof UpstreamValues];

const formatOptions = upstreamFormats.map((value: UpstreamFormat) => ({ value, label: formatWords[value] }));

function text({ values, onChange, errorOf }: Props, name: TextName, path: string = name) {
  return {
    value: values[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ [name]: target.value }),
    error: errorOf(path),
    spellCheck: false,
    autoComplete: 'off',
  };
}

/** Shows every setting of an upstream, the required ones first. */
export function UpstreamFields(props: Props) {
  const { values, onChange, storedTls, errorOf } = props;
  return (
    <div className="grid min-w-0 gap-4">
      <TextField
        label="Name"
        hint="Jobs name it by this: lower case letters, digits, . - and _."
        mono
        required
        placeholder="openai"
        {...text(props, 'name')}
      />
      <TextField
        label="Base URL"
        hint="Paths of jobs are joined to it."
        mono
        required
        inputMode="url"
        placeholder="https://api.openai.com/v1"
        {...text(props, 'baseUrl')}
      />
      <div className="grid gap-1.5">
        <span className="font-medium">Format</span>
        <span>
          <Segmented
            label="Format"
            value={values.format}
            options={formatOptions}
            onChange={(format) => onChange({ format })}
          />
        </span>
        <span className="text-12 text-fg-subtle">The API that it speaks. Retries go by it.</span>
      </div>
      <UpstreamHeaders {...props} />
      <TlsFields stored={storedTls} values={values.tls} onChange={(tls) => onChange({ tls })} errorOf={errorOf} />
      <TextField
        label="Model prefixes"
        hint="Models that begin with one of these go there."
        mono
        placeholder="gpt-, o3"
        {...text(props, 'models')}
      />
      <Switch
        label="Default"
        hint="Models that no other upstream has go there. A project has one default at most."
        checked={values.isDefault}
        onChange={(isDefault) => onChange({ isDefault })}
      />
      <TextField
        label="Timeout"
        hint="Limit of one attempt."
        mono
        placeholder="10m"
        {...text(props, 'timeout', 'timeoutMs')}
      />
      <TextArea
        label="Retry"
        hint="A preset (default, none, openai, anthropic) or JSON, as in a submission. Empty: the preset of the format."
        mono
        rows={2}
        {...text(props, 'retry')}
      />
      <FlowFields {...props} />
    </div>
  );
}

function FlowFields(props: Props) {
  const { values, onChange, errorOf } = props;
  return (
    <>
      <Switch
        label="Limit its jobs"
        hint="They share a flow: so many attempts at once, or in a period."
        checked={values.hasFlow}
        onChange={(hasFlow) => onChange({ hasFlow })}
      />
      {values.hasFlow && (
        <div className="grid gap-3">
          <div className="grid grid-cols-2 items-start gap-3 max-sm:grid-cols-1">
            <TextField
              label="Flow"
              mono
              placeholder={`upstream:${values.name || 'name'}`}
              {...text(props, 'flowKey', 'flow.key')}
            />
            <TextField
              label="Concurrency"
              end="at once"
              placeholder="no limit"
              inputMode="numeric"
              {...text(props, 'concurrency', 'flow.concurrency')}
            />
          </div>
          <div className="grid grid-cols-2 items-start gap-3">
            <TextField
              label="Rate"
              end="attempts"
              placeholder="no limit"
              inputMode="numeric"
              {...text(props, 'rateLimit', 'flow.rate.limit')}
            />
            <TextField
              label="Within"
              mono
              placeholder="1m"
              {...text(props, 'ratePeriod', 'flow.rate.periodSeconds')}
              error={errorOf('flow.rate.periodSeconds') ?? errorOf('flow')}
            />
          </div>
        </div>
      )}
    </>
  );
}

function UpstreamHeaders({ values, onChange, errorOf }: Props) {
  return (
    <HeaderRows
      rows={values.headers}
      empty={{ name: '', value: '', secret: true, kept: null }}
      error={errorOf('headers')}
      placeholder="authorization"
      isFixed={({ kept }) => kept !== null}
      value={({ name, value, secret, kept }, change) =>
        kept === null ? (
          <HeaderValue
            label={`Value of ${name || 'the header'}`}
            value={value}
            isSecret={secret}
            placeholder={name.toLowerCase() === 'authorization' ? 'Bearer sk-…' : 'value'}
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
