'use client';

import { useQuery } from '@tanstack/react-query';
import type { RetentionView } from '#src/contract/project/retention.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { CardFoot } from '#src/ui/parts/page/card.tsx';
import { PreviewText } from './preview-text.tsx';
import { retentionFields, valueText } from './retention-fields.ts';
import { RetentionLine } from './retention-line.tsx';

/** Shows the retention settings to users who may not change them. */
export function RetentionList({ view }: { view: RetentionView }) {
  const preview = useQuery(useTRPC().settings.previewRetention.queryOptions({}));
  return (
    <>
      <div className="divide-y">
        {retentionFields.map((field) => (
          <RetentionLine
            key={field.key}
            field={field}
            preview={<PreviewText of={field.of} preview={preview.data} isStale={false} error={preview.error} />}
          >
            <p className="text-14 font-medium">{valueText(field.key, view[field.key])}</p>
            <p className="text-12 text-fg-subtle">
              {view.own.includes(field.key)
                ? `Set here; the server’s own is ${valueText(field.key, view.defaults[field.key])}`
                : 'The server’s value'}
            </p>
          </RetentionLine>
        ))}
      </div>
      <CardFoot>Owners of the project change these.</CardFoot>
    </>
  );
}
