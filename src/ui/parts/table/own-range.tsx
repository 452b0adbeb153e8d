'use client';

import { useState } from 'react';
import { Button } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { useTimes } from '#src/ui/parts/time/times.tsx';
import { dayText, minuteText } from '#src/ui/words/time-text.ts';

type Limits = { from: string; to: string };
type Props = {
  onClose: () => void;
  /** Limits to begin with, ISO 8601; empty: none. */
  range: Limits;
  /** True if both limits must be given. */
  closed?: boolean;
  onChoose: (range: Limits) => void;
};

/** Asks for a time range of one's own, in the zone of all times of the dashboard. */
export function OwnRange({ onClose, range, closed = false, onChoose }: Props) {
  const { zone } = useTimes();
  const [from, setFrom] = useState(toField(range.from, zone));
  const [to, setTo] = useState(toField(range.to, zone));
  const [problem, setProblem] = useState<string>();
  const choose = () => {
    const chosen = { from: toIso(from, zone), to: toIso(to, zone) };
    const found = problemOf(chosen, closed);
    setProblem(found ?? undefined);
    if (found === null) onChoose(chosen);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Own range"
      description={`Times are in ${zone === 'UTC' ? zone : `your time zone, ${zone}`}.`}
      onSubmit={choose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            Show this range
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 items-start gap-3 max-sm:grid-cols-1">
        <TextField
          label="From"
          type="datetime-local"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
          error={problem}
        />
        <TextField label="To" type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />
      </div>
    </Dialog>
  );
}

function problemOf({ from, to }: Limits, closed: boolean): string | null {
  if (closed && (from === '' || to === '')) return 'Give both times.';
  if (from === '' && to === '') return 'Give at least one time.';
  return from !== '' && to !== '' && from >= to ? 'The beginning must be before the end.' : null;
}

/** Returns an instant as such a field has it: `2026-11-29T07:30`. */
function toField(iso: string, zone: string): string {
  return iso === '' ? '' : `${dayText(iso, zone)}T${minuteText(iso, zone)}`;
}

/** Without a `Z`, the browser reads the field in its own zone, which is the only other one. */
function toIso(field: string, zone: string): string {
  return field === '' ? '' : new Date(zone === 'UTC' ? `${field}Z` : field).toISOString();
}
