'use client';

import type { RetentionView } from '#src/contract/project/retention.ts';
import { Undo2 } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { type Draft, type retentionFields, type TtlUnit, ttlUnits, unitOf, valueText } from './retention-fields.ts';

type Props = {
  field: (typeof retentionFields)[number];
  view: RetentionView;
  draft: Draft;
  error: string | undefined;
  onChange: (part: Partial<Draft>) => void;
};

/** Field for one setting. If it is empty, the server's value applies, which is shown as the placeholder. */
export function RetentionValue({ field: { key, label }, view, draft, error, onChange }: Props) {
  const isTtl = key === 'resultTtlSeconds';
  const byServer = view.defaults[key];
  const isSet = draft[key].trim() !== '';
  const placeholder = isTtl ? String(byServer / Number(draft.ttlUnit)) : String(byServer);
  return (
    <div className="flex items-start gap-2">
      <TextField
        bare
        label={`${label}: keep for`}
        // The text under the field is wider than the field, and nothing else is beside it.
        className="w-[132px] flex-none grid-cols-[minmax(0,1fr)] [&>div]:w-64 [&>p]:w-64"
        inputMode="numeric"
        autoComplete="off"
        placeholder={placeholder}
        value={draft[key]}
        onChange={(event) => onChange({ [key]: event.target.value })}
        end={isTtl ? undefined : <span className="flex-none text-fg-subtle">days</span>}
        error={error}
        hint={
          error === undefined &&
          (isSet
            ? `Set here; the server’s own is ${valueText(key, byServer)}`
            : `The server’s value holds: ${valueText(key, byServer)}`)
        }
      />
      {isTtl && (
        <Select<TtlUnit>
          label="Unit"
          className="w-[112px]"
          value={draft.ttlUnit}
          onChange={(ttlUnit) => onChange({ ttlUnit })}
          options={ttlUnits}
        />
      )}
      {isSet && (
        <Button
          kind="ghost"
          icon={Undo2}
          className="min-w-0!"
          aria-label={`${label}: back to the server's value`}
          title="Back to the server’s value"
          onClick={() => onChange({ [key]: '', ...(isTtl && { ttlUnit: unitOf(byServer) }) })}
        >
          {!isTtl && <span className="truncate max-xl:hidden">Server’s value</span>}
        </Button>
      )}
    </div>
  );
}
