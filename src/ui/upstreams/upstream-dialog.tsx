'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Upstream, upstreamFormats } from '#src/contract/upstream/upstream.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { Field, TextField } from '#src/ui/parts/form/field.tsx';
import { HeaderRows, HeaderValue, KeptSecret } from '#src/ui/parts/form/header-rows.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { type UpstreamValues, upstreamEdits, upstreamInput, upstreamValues } from './upstream-values.ts';

type Props = {
  /** The upstream to edit; null: a new one is made. */
  upstream: Upstream | null;
  onClose: () => void;
};

const fieldNames = ['name', 'baseUrl', 'format', 'models', 'headers', 'timeoutMs', 'flow'];

/** Makes an upstream or edits one. */
export function UpstreamDialog({ upstream, onClose }: Props) {
  const [values, setValues] = useState(() => upstreamValues(upstream));
  const save = useSaveUpstream(upstream, onClose);
  const { problem } = save;
  const at = fieldNames.find((name) => problem?.field === name || problem?.field?.startsWith(`${name}.`));
  const fields = {
    values,
    onChange: (change: Partial<UpstreamValues>) => setValues((before) => ({ ...before, ...change })),
    errorOf: (name: string) => (at === name ? problem?.message : undefined),
  };
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={<span className="wrap-anywhere">{upstream ? `Edit ${upstream.name}` : 'New upstream'}</span>}
      onSubmit={() => save.submit(values)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={save.isPending}>
            {upstream ? 'Save' : 'Make upstream'}
          </Button>
        </>
      }
    >
      {problem && at === undefined && <Banner tone="failed">{problem.message}</Banner>}
      <div className="grid min-w-0 gap-4">
        <Fields {...fields} />
      </div>
    </Dialog>
  );
}

type FieldsProps = {
  values: UpstreamValues;
  onChange: (change: Partial<UpstreamValues>) => void;
  /** Returns the error of a field, by the server's name for the field. */
  errorOf: (name: string) => string | undefined;
};

function Fields({ values, onChange, errorOf }: FieldsProps) {
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)_160px] items-start gap-3 max-sm:grid-cols-1">
        <TextField
          label="Name"
          mono
          required
          placeholder="openai"
          value={values.name}
          onChange={({ target }) => onChange({ name: target.value })}
          error={errorOf('name')}
        />
        <Field label="Format" error={errorOf('format')}>
          <Select
            value={values.format}
            onChange={(format) => onChange({ format })}
            options={upstreamFormats.map((format) => ({ value: format, label: format }))}
          />
        </Field>
      </div>
      <TextField
        label="Base URL"
        mono
        required
        inputMode="url"
        placeholder="https://api.openai.com/v1"
        value={values.baseUrl}
        onChange={({ target }) => onChange({ baseUrl: target.value })}
        error={errorOf('baseUrl')}
      />
      <UpstreamHeaders values={values} onChange={onChange} errorOf={errorOf} />
      <TextField
        label="Models"
        hint="Prefixes of the models that go there, such as gpt-, with commas between them."
        mono
        value={values.models}
        onChange={({ target }) => onChange({ models: target.value })}
        error={errorOf('models')}
      />
      <Checkbox
        label="Default: models that no other upstream has go there"
        checked={values.isDefault}
        onChange={(isDefault) => onChange({ isDefault })}
      />
      <div className="grid grid-cols-2 items-start gap-3 max-sm:grid-cols-1">
        <TextField
          label="Timeout, seconds"
          inputMode="decimal"
          placeholder="usual"
          value={values.timeout}
          onChange={({ target }) => onChange({ timeout: target.value })}
          error={errorOf('timeoutMs')}
        />
        <TextField
          label="Attempts at once"
          inputMode="numeric"
          placeholder="no limit"
          value={values.concurrency}
          onChange={({ target }) => onChange({ concurrency: target.value })}
          error={errorOf('flow')}
        />
      </div>
    </>
  );
}

function UpstreamHeaders({ values, onChange, errorOf }: FieldsProps) {
  return (
    <HeaderRows
      rows={values.headers}
      empty={{ name: '', value: '', kept: null }}
      error={errorOf('headers')}
      placeholder="authorization"
      isFixed={({ kept }) => kept !== null}
      value={({ name, value, kept }, change) =>
        kept === null ? (
          <HeaderValue
            label={`Value of ${name || 'the header'}`}
            value={value}
            isSecret
            onChange={(to) => change({ value: to })}
          />
        ) : (
          <KeptSecret name={name} shown={kept} onReplace={() => change({ kept: null, value: '' })} />
        )
      }
      onChange={(headers) => onChange({ headers })}
    />
  );
}

function useSaveUpstream(upstream: Upstream | null, onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const saved = ({ name }: Upstream) => {
    void queries.invalidateQueries(trpc.upstreams.pathFilter());
    toast({ title: upstream ? `${name} was saved` : `${name} was made` });
    onDone();
  };
  const create = useMutation(trpc.upstreams.create.mutationOptions({ onSuccess: saved }));
  const update = useMutation(
    trpc.upstreams.update.mutationOptions({
      onSuccess: (after) => {
        saved(after);
        const { clearedHeaders } = after;
        if (clearedHeaders.length > 0)
          toast({ tone: 'failure', title: `Give ${clearedHeaders.join(', ')} again: the base URL has another origin` });
      },
    }),
  );
  const error = create.error ?? update.error;
  return {
    isPending: create.isPending || update.isPending,
    problem: error && problemOf(error),
    submit(values: UpstreamValues) {
      if (upstream === null) create.mutate(upstreamInput(values));
      else update.mutate(upstreamEdits(upstream, values));
    },
  };
}
