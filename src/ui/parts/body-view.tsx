'use client';

import { Download } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import type { BodyView as Body } from '#src/contract/job.ts';
import { sizeText } from '#src/ui/words/size-text.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { bytesOf, hexLines } from './hex-lines.ts';
import { jsonLines } from './json-lines.ts';
import { JsonView } from './json-view.tsx';
import { countMasks, MaskedCount, MaskedText } from './masked-text.tsx';
import { saveAs } from './save-as.ts';

type Props = {
  title: string;
  view: Body & { size: number; truncated: boolean; omitted?: boolean };
  contentType: string | null;
  /** The name to offer for saving it; absent: it cannot be saved. */
  download?: string;
};

const linesAtFirst = 400;
/** Longer texts are not taken apart: a browser would stall. */
const longestJson = 1_048_576;

/** A body as JSON, text or bytes, whichever it is, with its size and how much of it is here. */
export function BodyView({ title, view, contentType, download }: Props) {
  const shown = useMemo(() => read(view), [view]);
  const text = view.encoding === 'utf8' ? (view.body ?? '') : '';
  return (
    <>
      <div className="sub-head">
        <span className="flex-1">
          {title}, {shown.kind}, {extent(view)}
        </span>
        <MaskedCount count={countMasks([text])} />
        {download && view.body !== null && view.size > 0 && (
          <Button
            kind="ghost"
            size="icon"
            icon={Download}
            aria-label={`Save the ${download}`}
            title={`Save the ${download}`}
            onClick={() => saveAs(download, view, contentType)}
            className="-my-1"
          />
        )}
        {text !== '' && <CopyButton text={text} label={`Copy: ${title}`} />}
      </div>
      {shown.count > 0 && <Lines title={title} count={shown.count} render={shown.render} />}
    </>
  );
}

type Shown = { kind: string; count: number; render: (limit: number) => ReactNode };

function read(view: Props['view']): Shown {
  if (view.body === null || view.size === 0)
    return { kind: view.omitted ? 'left out' : 'empty', count: 0, render: () => null };
  if (view.encoding === 'base64') {
    const lines = hexLines(bytesOf(view.body));
    return { kind: 'binary', count: lines.length, render: (limit) => <TextLines lines={lines.slice(0, limit)} /> };
  }
  const json = view.body.length <= longestJson ? jsonLines(view.body) : null;
  if (json) return { kind: 'JSON', count: json.length, render: (limit) => <JsonView lines={json.slice(0, limit)} /> };
  const lines = view.body.replace(/\r?\n$/, '').split(/\r?\n/);
  return { kind: 'text', count: lines.length, render: (limit) => <TextLines lines={lines.slice(0, limit)} /> };
}

function extent({ size, truncated }: Props['view']): string {
  return truncated ? `beginning of ${sizeText(size)}` : sizeText(size);
}

function Lines({ title, count, render }: { title: string; count: number; render: Shown['render'] }) {
  const [all, setAll] = useState(false);
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll with the keyboard too.
      tabIndex={0}
      aria-label={title}
      className="max-h-[480px] overflow-auto py-2.5 pr-4 font-mono text-12 leading-5"
    >
      {render(all ? count : linesAtFirst)}
      {!all && count > linesAtFirst && (
        <Button kind="ghost" size="small" className="mt-2 ml-4 font-sans" onClick={() => setAll(true)}>
          Show all {count.toLocaleString('en-US')} lines
        </Button>
      )}
    </section>
  );
}

function TextLines({ lines }: { lines: string[] }) {
  return lines.map((line, number) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name than its number.
    <span key={number} className="code-line pl-4! indent-0!">
      {line === '' ? '\u00a0' : <MaskedText text={line} reason="A secret" />}
    </span>
  ));
}
