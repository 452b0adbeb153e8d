import type { ReactNode } from 'react';
import type { retentionFields } from './retention-fields.ts';

type Props = { field: (typeof retentionFields)[number]; preview: ReactNode; children: ReactNode };

/** Shows one kind of data: what the setting covers, how long the data is kept, and what is deleted next. */
export function RetentionLine({ field, preview, children }: Props) {
  return (
    <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,4fr)] gap-x-6 gap-y-3 px-4 py-4 max-md:grid-cols-1">
      <div>
        <h3>{field.label}</h3>
        <p className="text-12 text-fg-muted">{field.covers}</p>
      </div>
      <div className="min-w-0">{children}</div>
      <div className="min-h-[54px] text-12 max-md:min-h-0" aria-live="polite">
        {preview}
      </div>
    </div>
  );
}
