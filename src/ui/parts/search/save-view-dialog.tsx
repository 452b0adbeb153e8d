'use client';

import { useState } from 'react';
import { problemOf } from '#src/ui/data/refusal.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Checkbox } from '#src/ui/parts/form/checkbox.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Dialog } from '#src/ui/parts/overlay/dialog.tsx';

type Props = {
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onSave: (name: string, shared: boolean) => void;
};

/** Asks for the name of a saved view, and whether the whole project sees it. */
export function SaveViewDialog({ busy, error, onClose, onSave }: Props) {
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Save these filters"
      onSubmit={() => onSave(name, shared)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            Save view
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        placeholder="Production, last day"
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={error == null ? undefined : problemOf(error).message}
      />
      <Checkbox label="Show it to everybody in the project" checked={shared} onChange={setShared} />
    </Dialog>
  );
}
