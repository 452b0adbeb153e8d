'use client';

import { type ReactNode, useMemo, useState } from 'react';
import type { BodyView as Body } from '#src/contract/job/job.ts';
import { sizeText } from '#src/domain/text/size-text.ts';
import { Download } from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { sniffImage } from './body-kind.ts';
import { hexLines } from './hex-lines.ts';
import { ImageView } from './image-view.tsx';
import { JsonView } from './json-view.tsx';
import { countMasks, MaskedCount } from './masked-text.tsx';
import { type ReadBody, readBody, readWhole } from './read-body.ts';
import { saveAs } from './save-as.ts';
import { TextView } from './text-view.tsx';
import { useWholeBody } from './use-whole-body.ts';

type Props = {
  title: string;
  /** `truncated` means that no more of the body was kept. `bodyCut` means that more of it is kept than is here. */
  view: Body & { size: number; truncated?: boolean; bodyCut?: boolean; omitted?: boolean };
  contentType: string | null;
  /** Name that is offered for saving the body. Without it, the body cannot be saved. */
  download?: string;
  /** URL of the whole body. */
  whole?: string;
  /** Shows the body as it is written, without formatting. */
  raw?: boolean;
};

/** Longest text that can be shown. A longer text can only be saved, because nobody reads it in a browser. */
const longestShown = 1_048_576;

/** Shows a body as JSON, text, image or bytes, with its size and how much of it is here. */
export function BodyView({ title, view, contentType, download, whole, raw = false }: Props) {
  const loaded = useWholeBody(whole);
  const cut = view.bodyCut === true && loaded.bytes === null;
  const body = useMemo(() => (loaded.bytes ? readWhole(loaded.bytes) : readBody(view, cut)), [view, cut, loaded.bytes]);
  const [asBytes, setAsBytes] = useState(false);
  const text = 'text' in body ? body.text : '';
  return (
    <>
      <div className="sub-head">
        <span className="min-w-0 flex-1 truncate max-sm:py-1.5 max-sm:leading-4 max-sm:whitespace-normal">
          {title}, {body.kind === 'bytes' ? 'binary' : body.kind}, {extent(view, cut)}
        </span>
        <MaskedCount count={countMasks([text])} />
        {(text !== '' || body.kind === 'image') && (
          <button
            type="button"
            aria-pressed={asBytes}
            onClick={() => setAsBytes(!asBytes)}
            className="h-6 flex-none rounded-tag px-1.5 hover:bg-active hover:text-fg aria-pressed:bg-active aria-pressed:text-fg max-sm:h-10"
          >
            Bytes
          </button>
        )}
        <Save {...{ download, whole, view, contentType }} />
        {text !== '' && !cut && <CopyButton text={text} label={`Copy: ${title}`} />}
      </div>
      {body.kind !== 'empty' && body.kind !== 'left out' && (
        <Scroller title={title}>{drawn(body, raw, asBytes)}</Scroller>
      )}
      {cut && <Rest {...{ view, body, download, loaded, whole }} />}
    </>
  );
}

function extent({ size, truncated }: Props['view'], cut: boolean): string {
  if (truncated) return `beginning of a longer one, ${sizeText(size)} kept`;
  return cut ? sizeText(size) : `${sizeText(size)}${size > 0 ? ', whole' : ''}`;
}

function drawn(body: ReadBody, raw: boolean, asBytes: boolean): ReactNode {
  if (asBytes && 'text' in body) return <TextView text={hexLines(new TextEncoder().encode(body.text)).join('\n')} />;
  if (body.kind === 'JSON') return raw ? <TextView text={body.text} /> : <JsonView lines={body.lines} />;
  if (body.kind === 'text') return <TextView text={body.text} />;
  if (body.kind === 'image' && !asBytes) return <ImageView bytes={body.bytes} type={body.type} />;
  return 'bytes' in body ? <TextView text={hexLines(body.bytes).join('\n')} /> : null;
}

function Scroller({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable area must scroll with the keyboard too.
      tabIndex={0}
      aria-label={title}
      className="max-h-[480px] overflow-auto py-2.5 pr-4 font-mono text-12 leading-5"
    >
      {children}
    </section>
  );
}

type Saving = {
  download: string | undefined;
  whole: string | undefined;
  view: Props['view'];
  contentType: string | null;
};

function Save({ download, whole, view, contentType }: Saving) {
  if (!download || view.size === 0 || (view.body === null && !whole)) return null;
  const label = `Save the ${download}`;
  if (whole) {
    return (
      <a href={whole} download aria-label={label} title={label} className={`${buttonClass('ghost', 'icon')} -my-1`}>
        <Download size={14} aria-hidden />
      </a>
    );
  }
  return (
    <Button
      kind="ghost"
      size="icon"
      icon={Download}
      aria-label={label}
      title={label}
      onClick={() => saveAs(download, view, contentType)}
      className="-my-1"
    />
  );
}

type RestProps = Pick<Saving, 'download' | 'whole' | 'view'> & {
  body: ReadBody;
  loaded: ReturnType<typeof useWholeBody>;
};

/** Shows that the rest of a body is not here yet, and how to get it. */
function Rest({ view, body, download, whole, loaded }: RestProps) {
  const image = body.kind === 'bytes' && sniffImage(body.bytes) !== null;
  const small = image || view.size <= longestShown;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t px-4 py-2.5 text-12 text-fg-muted">
      <span>
        {image ? `An image of ${sizeText(view.size)}.` : `Only the beginning of ${sizeText(view.size)} is shown.`}
        {loaded.state === 'failed' && ' The rest could not be loaded.'}
      </span>
      {whole && small && (
        <Button size="small" busy={loaded.state === 'loading'} onClick={loaded.load}>
          {image ? 'Load the image' : `Load all ${sizeText(view.size)}`}
        </Button>
      )}
      {whole && !small && (
        <a href={whole} download className={buttonClass('default', 'small')}>
          <Download size={14} aria-hidden className="-ml-0.5" />
          Save the {download ?? 'body'}
        </a>
      )}
    </p>
  );
}
