'use client';

import type { RetentionPreview, RetentionView } from '#src/contract/project/retention.ts';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { countText, type RetentionChange, retentionFields, shortened, valueText } from './retention-fields.ts';

type Props = {
  view: RetentionView;
  change: RetentionChange;
  preview: RetentionPreview;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onConfirm: () => void;
};

/** Asks for confirmation before something is kept for a shorter time, and shows what that deletes. */
export function ShorterDialog({ view, change, preview, busy, error, onClose, onConfirm }: Props) {
  const shorter = shortened(change, view);
  const going = preview.of.filter(({ what, now }) => what !== 'results' && now.count > 0);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Keep less than now?"
      effect={
        going.length > 0
          ? `Within ${preview.everySeconds} s this deletes ${inWords(going.map(({ what, now }) => countText(what, now)))}, and nothing brings them back.`
          : 'Nothing is old enough to go at the next clearing; whatever comes to that age is deleted from then on.'
      }
      confirm={going.length > 0 ? 'Save and delete' : 'Save'}
      keep="Keep it as it is"
      harmless={going.length === 0}
      busy={busy}
      error={error}
      onConfirm={onConfirm}
    >
      <ul className="grid gap-1">
        {shorter.map(({ key, next }) => (
          <li key={key}>
            <b>{retentionFields.find((field) => field.key === key)?.label}</b>: {valueText(key, next)} instead of{' '}
            {valueText(key, view[key])}
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}

function inWords(parts: string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
