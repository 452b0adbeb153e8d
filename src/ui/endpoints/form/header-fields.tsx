'use client';

import { Lock, Plus, X } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import type { HeaderLine } from './endpoint-form-values.ts';

type Props = {
  lines: readonly HeaderLine[];
  onChange: (lines: HeaderLine[]) => void;
  error: string | undefined;
};

/** Edits the headers that are sent with every delivery. A stored secret is kept until a new value is written. */
export function HeaderFields({ lines, onChange, error }: Props) {
  const set = (key: number, change: Partial<HeaderLine>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...change } : line)));
  const nextKey = Math.max(-1, ...lines.map(({ key }) => key)) + 1;
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 font-medium">Headers</legend>
      {lines.map((line) => (
        <HeaderLineFields
          key={line.key}
          line={line}
          onChange={(change) => set(line.key, change)}
          onRemove={() => onChange(lines.filter(({ key }) => key !== line.key))}
        />
      ))}
      {error && (
        <p role="alert" className="text-12 text-failed-text">
          {error}
        </p>
      )}
      <span>
        <Button
          size="small"
          icon={Plus}
          onClick={() => onChange([...lines, { key: nextKey, name: '', value: '', secret: false, kept: false }])}
        >
          Add a header
        </Button>
      </span>
    </fieldset>
  );
}

type LineProps = { line: HeaderLine; onChange: (change: Partial<HeaderLine>) => void; onRemove: () => void };

function HeaderLineFields({ line, onChange, onRemove }: LineProps) {
  return (
    <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto_auto] items-center gap-2 max-sm:grid-cols-[minmax(0,1fr)_auto]">
      <TextField
        bare
        mono
        label="Header name"
        placeholder="x-tenant"
        value={line.name}
        readOnly={line.kept}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      {line.kept ? (
        <span className="flex h-8 items-center gap-2 text-12 text-fg-muted">
          <Lock size={14} aria-hidden /> keeps its secret value
          <Button size="small" onClick={() => onChange({ kept: false, value: '' })}>
            Replace
          </Button>
        </span>
      ) : (
        <TextField
          bare
          mono
          label={`Value of ${line.name || 'the header'}`}
          value={line.value}
          onChange={(event) => onChange({ value: event.target.value })}
        />
      )}
      {line.kept ? (
        <span />
      ) : (
        <Checkbox label="Secret" checked={line.secret} onChange={(secret) => onChange({ secret })} />
      )}
      <Button kind="ghost" size="icon" icon={X} aria-label={`Remove ${line.name || 'the header'}`} onClick={onRemove} />
    </div>
  );
}
