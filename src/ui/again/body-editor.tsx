'use client';

import type { JobView } from '#src/contract/job/job-view.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { countMasks } from '#src/ui/parts/body/masked-text.tsx';
import { TextArea } from '#src/ui/parts/form/field.tsx';
import { Segmented } from '#src/ui/parts/form/segmented.tsx';
import { type Draft, jsonProblem } from './draft.ts';

type Props = {
  view: JobView;
  draft: Draft;
  error: string | undefined;
  onChange: (to: Partial<Draft>) => void;
};

/** Edits the body as text. A body that is not text, or is long, is kept as it was, replaced or removed. */
export function BodyEditor({ view, draft, error, onChange }: Props) {
  const { state } = view.body;
  const modes = [
    ...(state === 'kept' && draft.bodyMode !== 'text' ? [{ value: 'keep', label: 'As it was' } as const] : []),
    { value: 'text', label: 'Text' } as const,
    { value: 'none', label: 'None' } as const,
  ];
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="font-medium" aria-hidden>
          Body
        </span>
        <Segmented
          label="Body"
          value={draft.bodyMode}
          onChange={(bodyMode) => onChange({ bodyMode })}
          options={modes}
        />
      </div>
      {draft.bodyMode === 'keep' && (
        <p className="text-12 text-fg-muted">It is too long to edit here, or no text: it is sent as it was.</p>
      )}
      {draft.bodyMode === 'text' && (
        <TextArea
          label="Body"
          bare
          mono
          rows={Math.min(24, Math.max(6, draft.body.split('\n').length + 1))}
          value={draft.body}
          onChange={({ target }) => onChange({ body: target.value })}
          spellCheck={false}
          error={error ?? jsonProblem(view, draft) ?? undefined}
          hint={<BodyHint view={view} body={draft.body} />}
        />
      )}
      {draft.bodyMode !== 'text' && error && (
        <p role="alert" className="text-12 text-failed-text">
          {error}
        </p>
      )}
    </div>
  );
}

function BodyHint({ view, body }: { view: JobView; body: string }) {
  if (view.body.state === 'erased') return 'The body was erased: give it anew, or run the job without one.';
  const masks = view.settings.redact.body.length > 0 ? countMasks([body]) : 0;
  if (masks === 0) return null;
  return (
    <>
      <code>{mask}</code> keeps {masks === 1 ? 'its secret value' : 'the secret values'}; write over it to replace it.
    </>
  );
}
