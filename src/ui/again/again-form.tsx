'use client';

import Link from 'next/link';
import { type ReactNode, useState } from 'react';
import type { BodyStart, JobView } from '#src/contract/job/job-view.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { RotateCw } from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { TextField } from '#src/ui/parts/form/field.tsx';
import { Banner } from '#src/ui/parts/page/banner.tsx';
import { BodyEditor } from './body-editor.tsx';
import { type Draft, type DraftErrors, draftOf, editsOf, whyNotKept } from './draft.ts';
import { HeadersEditor } from './headers-editor.tsx';
import { KeepFields, RetryFields } from './run-fields.tsx';
import { useRunAgain } from './use-run-again.ts';

type Props = {
  view: JobView;
  body: BodyStart | null | undefined;
  /** True if the reader came to change the retry rules: they are open and have the focus. */
  toRules: boolean;
};

/** Shows a form that changes a job's request and sends it as a new job. */
export function AgainForm({ view, body, toRules }: Props) {
  const [initial] = useState(() => draftOf(view, body));
  const [draft, setDraft] = useState<Draft>(toRules ? { ...initial, retryMode: 'rules' } : initial);
  const [found, setFound] = useState<DraftErrors>({});
  const { run, busy, overtaken, refused } = useRunAgain(view);
  const change = (to: Partial<Draft>) => setDraft((before) => ({ ...before, ...to }));
  const errors = { ...refused?.errors, ...found };
  const submit = () => {
    const result = editsOf(view, initial, draft);
    setFound(result.ok ? {} : result.errors);
    if (result.ok) run(result.edits);
  };
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Notices view={view} overtaken={overtaken} message={refused?.message ?? null} />
      <Part title="Request">
        <div className="grid grid-cols-[120px_minmax(0,1fr)] gap-4 max-sm:grid-cols-1">
          <TextField
            label="Method"
            mono
            value={draft.method}
            onChange={({ target }) => change({ method: target.value })}
            error={errors.method}
          />
          <TextField
            label="URL"
            mono
            value={draft.url}
            onChange={({ target }) => change({ url: target.value })}
            error={errors.url}
            {...(draft.url.includes(mask) && { hint: urlHint(view) })}
          />
        </div>
        <HeadersEditor
          headers={draft.headers}
          whyNotKept={whyNotKept(view, draft)}
          error={errors.headers}
          onChange={(headers) => change({ headers })}
        />
        <BodyEditor view={view} draft={draft} error={errors.body} onChange={change} />
      </Part>
      <Part title="Retries">
        <RetryFields draft={draft} errors={errors} onChange={change} focusRules={toRules} />
      </Part>
      <Part title="Callback and result">
        <KeepFields draft={draft} errors={errors} onChange={change} />
      </Part>
      <div className="flex flex-wrap items-center justify-end gap-2">
        {Object.keys(errors).length > 0 && (
          <span className="mr-auto text-failed-text">Something above needs another value.</span>
        )}
        <Link href={`/jobs/${view.job.id}`} className={buttonClass()}>
          Back to the job
        </Link>
        <Button kind="primary" type="submit" icon={RotateCw} busy={busy}>
          Run as a new job
        </Button>
      </div>
    </form>
  );
}

function urlHint(view: JobView): ReactNode {
  if (view.secrets.state === 'erased') return 'Its secret was erased: write the value in place of the asterisks.';
  return (
    <>
      <code>{mask}</code> keeps its secret value, at the same origin
    </>
  );
}

type NoticesProps = { view: JobView; overtaken: boolean; message: string | null };

function Notices({ view, overtaken, message }: NoticesProps) {
  const { rerunAs } = view;
  return (
    <>
      {message && <Banner tone="failed">{message}</Banner>}
      {rerunAs && (
        <Banner tone="retrying">
          {overtaken ? 'Meanwhile this job was run again, as ' : 'This job was run again already, as '}
          <Link href={`/jobs/${rerunAs}`} prefetch={false} className="font-mono text-12 underline underline-offset-2">
            {rerunAs}
          </Link>
          . {overtaken ? 'Nothing was sent: press the button again to run it once more.' : 'This makes one more job.'}
        </Banner>
      )}
      {view.secrets.state === 'erased' && (
        <Banner tone="retrying">The secrets of this job were erased: what is masked has to be given anew.</Banner>
      )}
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
      </div>
      <div className="grid gap-4 p-4">{children}</div>
    </section>
  );
}
