'use client';

import { useState } from 'react';
import { problemOf } from '#src/ui/data/refusal.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Field } from '#src/ui/parts/form/field.tsx';
import { Select } from '#src/ui/parts/form/select.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';

const overlaps = [
  { value: '86400', label: '24 hours' },
  { value: '604800', label: '7 days' },
  { value: '3600', label: '1 hour' },
  { value: '0', label: 'None: the old one ends now' },
] as const;
type Overlap = (typeof overlaps)[number]['value'];

type Props = {
  what: 'secret' | 'key';
  /** Words for making the first one, which has none before it to sign beside. */
  first?: { make: string; title: string; effect: string };
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onRotate: (overlapSeconds: number) => void;
};

/** Asks how long the old secret or key continues to sign beside the new one. */
export function RotateDialog({ what, first, busy, error, onClose, onRotate }: Props) {
  const [overlap, setOverlap] = useState<Overlap>('86400');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={first ? first.title : `Rotate the signing ${what}`}
      description={
        first
          ? first.effect
          : `A new ${what} signs from now on. Until the overlap is over the old one signs too, so that receivers accept either.`
      }
      onSubmit={() => onRotate(first ? 0 : Number(overlap))}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {first ? first.make : 'Rotate'}
          </Button>
        </>
      }
    >
      {error != null && <Banner tone="failed">{problemOf(error).message}</Banner>}
      {!first && (
        <Field label="Overlap">
          <Select<Overlap> value={overlap} onChange={setOverlap} options={overlaps} />
        </Field>
      )}
      {!first && overlap === '0' && (
        <Banner tone="retrying">Receivers refuse every delivery until they have the new {what}.</Banner>
      )}
    </Dialog>
  );
}
