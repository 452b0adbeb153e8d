'use client';

import { Plus, X } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import type { HeaderLine } from '#src/ui/parts/trial/form-values.ts';

type Props = {
  lines: readonly HeaderLine[];
  onChange: (lines: HeaderLine[]) => void;
  error: string | undefined;
};

/** Edits the headers of the request. A secret is sealed when it arrives, and is never shown again. */
export function HeaderLines({ lines, onChange, error }: Props) {
  const nextKey = Math.max(-1, ...lines.map(({ key }) => key)) + 1;
  const set = (key: number, change: Partial<HeaderLine>) =>
    onChange(lines.map((line) => (line.key === key ? { ...line, ...change } : line)));
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="mb-2 font-medium">Headers</legend>
      {lines.map((line) => (
        <div
          key={line.key}
          className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto_auto] items-center gap-2 max-sm:grid-cols-[minmax(0,1fr)_auto]"
        >
          <TextField
            bare
            mono
            label="Header name"
            placeholder="authorization"
            value={line.name}
            onChange={(event) => set(line.key, { name: event.target.value })}
          />
          <TextField
            bare
            mono
            label="Header value"
            className="max-sm:order-3"
            type={line.secret ? 'password' : 'text'}
            autoComplete="off"
            value={line.value}
            onChange={(event) => set(line.key, { value: event.target.value })}
          />
          <span className="max-sm:order-4">
            <Checkbox label="Secret" checked={line.secret} onChange={(secret) => set(line.key, { secret })} />
          </span>
          <Button
            kind="ghost"
            size="icon"
            icon={X}
            aria-label={`Remove the header ${line.name}`}
            onClick={() => onChange(lines.filter(({ key }) => key !== line.key))}
          />
        </div>
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
          onClick={() => onChange([...lines, { key: nextKey, name: '', value: '', secret: false }])}
        >
          Add a header
        </Button>
      </span>
    </fieldset>
  );
}
