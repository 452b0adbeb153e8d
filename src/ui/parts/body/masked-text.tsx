import { Fragment } from 'react';
import { isSecretHeader, mask } from '#src/domain/redact/redact.ts';
import { Lock } from '#src/ui/icons/icons.ts';
import { visiblePieces } from '#src/ui/words/visible-text.ts';

/** Returns the reason why a header's value, or a value that its sender has marked, is not shown. */
export function maskReason(headerName: string | null, value: string): string {
  if (headerName === null || value !== mask) return 'A secret: marked so by whoever submitted the job';
  return isSecretHeader(headerName)
    ? 'A secret by the name of its header'
    : 'A secret: marked so by whoever submitted the job';
}

export function RedactionMark({ reason }: { reason: string }) {
  return (
    <span className="redacted" title={reason} role="img" aria-label={`masked. ${reason}`}>
      <Lock size={11} strokeWidth={2.25} aria-hidden />
      {mask}
    </span>
  );
}

/**
 * Shows a text with a mark for each mask, and with names for invisible characters, because the text comes from others.
 */
export function MaskedText({ text, reason }: { text: string; reason: string }) {
  if (!text.includes(mask)) return <VisibleText text={text} />;
  const parts = text.split(mask);
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one fixed text have no other key than their position.
    <Fragment key={index}>
      {index > 0 && <RedactionMark reason={reason} />}
      <VisibleText text={part} />
    </Fragment>
  ));
}

/** Shows plain characters as they are, and invisible characters by their numbers. */
export function VisibleText({ text }: { text: string }) {
  const pieces = visiblePieces(text);
  if (pieces.every(({ kind }) => kind === 'text')) return text;
  return pieces.map((piece, index) =>
    piece.kind === 'text' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one fixed text have no key but their position.
      <bdi key={index}>{piece.text}</bdi>
    ) : (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one fixed text have no key but their position.
        key={index}
        role="img"
        aria-label={piece.name}
        title={piece.name}
        className="mx-px rounded-[3px] bg-active px-[3px] font-mono text-11 leading-none text-fg-muted select-none"
      >
        {piece.code}
      </span>
    ),
  );
}

export function countMasks(texts: Iterable<string>): number {
  let count = 0;
  for (const text of texts) count += text.split(mask).length - 1;
  return count;
}

/** Shows how many values of a section are masked, for the head of the section. */
export function MaskedCount({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="flex flex-none items-center gap-1">
      <Lock size={12} aria-hidden />
      {count} masked
    </span>
  );
}
