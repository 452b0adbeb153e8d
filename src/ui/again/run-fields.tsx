'use client';

import { TextArea, TextField } from '#src/ui/parts/form/field.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { type Draft, type DraftErrors, presetOptions } from './draft.ts';

type Props = { draft: Draft; errors: DraftErrors; onChange: (to: Partial<Draft>) => void };

/** Fields for the retry rules, the timeout, the number of attempts and the deadline. */
export function RetryFields({ draft, errors, onChange, focusRules }: Props & { focusRules: boolean }) {
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <span className="font-medium" aria-hidden>
          Retry
        </span>
        <Segmented
          label="Retry"
          value={draft.retryMode}
          onChange={(retryMode) => onChange({ retryMode })}
          options={[
            { value: 'keep', label: 'As it was' },
            { value: 'preset', label: 'Preset' },
            { value: 'rules', label: 'Rules' },
          ]}
        />
        {draft.retryMode === 'preset' && (
          <Select
            label="Preset"
            size="small"
            value={draft.preset}
            onChange={(preset) => onChange({ preset })}
            options={presetOptions}
          />
        )}
      </div>
      {draft.retryMode === 'rules' ? (
        <TextArea
          label="Rules as JSON"
          mono
          rows={8}
          autoFocus={focusRules}
          value={draft.rules}
          onChange={({ target }) => onChange({ rules: target.value })}
          spellCheck={false}
          error={errors.retry}
          hint="By status pattern, or a list with `when`. They replace the job’s own."
        />
      ) : (
        errors.retry && (
          <p role="alert" className="text-12 text-failed-text">
            {errors.retry}
          </p>
        )
      )}
      <div className="grid grid-cols-3 gap-4 max-sm:grid-cols-1">
        <TextField
          label="Timeout of an attempt"
          value={draft.timeoutMs}
          onChange={({ target }) => onChange({ timeoutMs: target.value })}
          error={errors.timeout}
          hint="In ms, or like 30s"
        />
        <TextField
          label="Attempts at most"
          inputMode="numeric"
          value={draft.maxAttempts}
          onChange={({ target }) => onChange({ maxAttempts: target.value })}
          error={errors.maxAttempts}
        />
        <TextField
          label="Deadline of the job"
          value={draft.deadlineSeconds}
          onChange={({ target }) => onChange({ deadlineSeconds: target.value })}
          error={errors.deadlineSeconds}
          hint="In seconds, or like 10m; empty for none"
        />
      </div>
    </>
  );
}

/** Fields for the callback, the labels and the time for which the result is kept. */
export function KeepFields({ draft, errors, onChange }: Props) {
  const gives = draft.callbackMode === 'url' || draft.callbackMode === 'endpoint';
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <span className="font-medium" aria-hidden>
          Callback
        </span>
        <Segmented
          label="Callback"
          value={draft.callbackMode}
          onChange={(callbackMode) => onChange({ callbackMode })}
          options={[
            { value: 'keep', label: 'As it was' },
            { value: 'url', label: 'URL' },
            { value: 'endpoint', label: 'Endpoint' },
            { value: 'none', label: 'None' },
          ]}
        />
      </div>
      {gives ? (
        <TextField
          label={draft.callbackMode === 'url' ? 'Callback URL' : 'Name of the endpoint'}
          mono
          value={draft.callback}
          onChange={({ target }) => onChange({ callback: target.value })}
          error={errors.callback}
          hint="Headers, events and schedule of the old callback are not taken over."
        />
      ) : (
        errors.callback && (
          <p role="alert" className="text-12 text-failed-text">
            {errors.callback}
          </p>
        )
      )}
      <div className="grid grid-cols-2 gap-4 max-sm:grid-cols-1">
        <TextField
          label="Labels"
          value={draft.labels}
          onChange={({ target }) => onChange({ labels: target.value })}
          error={errors.labels}
          hint="Separated by commas"
        />
        <TextField
          label="Result kept for"
          value={draft.resultTtlSeconds}
          onChange={({ target }) => onChange({ resultTtlSeconds: target.value })}
          error={errors.resultTtlSeconds}
          hint="In seconds, or like 1h; 0 sends it with the callback only"
        />
      </div>
    </>
  );
}
