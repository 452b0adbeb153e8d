'use client';

import { useState } from 'react';
import { MaskedText } from '#src/ui/parts/body/masked-text.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { urlParts } from '#src/ui/words/url-parts.ts';

const maskedParameter = 'A secret: named in redact.query';
/** Longest address that is shown whole. Of a longer one, only the beginning is shown until the user asks for more. */
const longUrl = 300;

/** Shows the URL of a job as text, never as a link, because it is an address of another site. */
export function JobAddress({ url }: { url: string }) {
  const [all, setAll] = useState(false);
  const { host, rest } = urlParts(url);
  const shown = all || rest.length <= longUrl ? rest : rest.slice(0, longUrl);
  return (
    <span dir="ltr" className="isolate min-w-0 wrap-anywhere max-sm:basis-full">
      <MaskedText text={host} reason={maskedParameter} />
      <span className="font-medium text-fg-muted">
        <MaskedText text={shown} reason={maskedParameter} />
      </span>
      {shown !== rest && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="ml-1.5 h-6 rounded-tag bg-active px-1.5 align-bottom text-12 font-medium text-fg-muted hover:text-fg"
        >
          … {(rest.length - shown.length).toLocaleString('en-US')} characters more
        </button>
      )}
      <CopyButton
        text={url}
        label="Copy the URL"
        className="ml-1 inline-grid size-6 align-bottom text-fg-subtle hover:bg-active hover:text-fg max-sm:size-10 max-sm:-my-2"
      />
    </span>
  );
}
