'use client';

import clsx from 'clsx';
import { useId, useState } from 'react';
import type { InboxMessage as Message } from '#src/contract/live/inbox.ts';
import { sizeText } from '#src/domain/text/size-text.ts';
import { ChevronRight, ShieldCheck, ShieldX } from '#src/ui/icons/icons.ts';
import { BodyView } from '#src/ui/parts/body/body-view.tsx';
import { HeadersTable } from '#src/ui/parts/table/headers-table.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';

/**
 * Shows a message of the inbox, and whether its signature was verified or why not. When opened, it shows its headers
 * and its raw body, all as text.
 */
export function InboxMessage({ message, firstOpen = false }: { message: Message; firstOpen?: boolean }) {
  const [open, setOpen] = useState(firstOpen);
  const panel = useId();
  const Icon = message.verified ? ShieldCheck : ShieldX;
  return (
    <li className={message.verified ? 'state-completed' : 'state-failed'}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
        className={clsx(
          'grid min-h-12 w-full grid-cols-[16px_minmax(0,1fr)_auto_16px] items-center gap-x-2.5 px-4 py-2 text-left text-12 hover:bg-hover',
          open && 'bg-accent-soft hover:bg-accent-soft',
        )}
      >
        <Icon size={16} aria-hidden className="text-state" />
        <span className="min-w-0">
          <span className="block truncate font-medium text-state-text">
            {message.verified ? 'Signature verified' : 'Not verified'}
          </span>
          <span className="block truncate font-mono text-fg-muted">{typeOf(message) ?? 'no event of ours'}</span>
        </span>
        <span className="text-right whitespace-nowrap text-fg-subtle">
          <span className="block">
            <Ago at={message.receivedAt} sentence />
          </span>
          <span className="block">{sizeText(message.size)}</span>
        </span>
        <ChevronRight
          size={14}
          aria-hidden
          className={clsx('text-fg-subtle transition-[rotate]', open && 'rotate-90')}
        />
      </button>
      {message.reason && <p className="px-4 pb-2.5 pl-[42px] text-12 text-fg-muted">Why not: {message.reason}.</p>}
      <div id={panel} hidden={!open}>
        {open && <Detail message={message} />}
      </div>
    </li>
  );
}

function Detail({ message }: { message: Message }) {
  return (
    <>
      <HeadersTable title="Headers" headers={message.headers} />
      <BodyView title="Body" view={message} contentType={message.contentType} download="message" />
      {message.omitted && (
        <p className="px-4 py-2.5 text-12 text-fg-muted">
          There was a body. It was not kept, because no secret of this Ringback signed it.
        </p>
      )}
    </>
  );
}

/** Returns the event's type if the body is an event of Ringback. */
function typeOf({ body, encoding }: Message): string | null {
  if (encoding !== 'utf8') return null;
  return /^\s*\{\s*"type"\s*:\s*"([a-z._]{1,40})"/.exec(body ?? '')?.[1] ?? null;
}
