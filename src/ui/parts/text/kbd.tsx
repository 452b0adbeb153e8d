import { Fragment } from 'react';

/** Shows keys as they are pressed: `g o` one after the other, `⇧+x` together. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  const parts = keys.split(/[ +]/);
  return (
    <span className="inline-flex items-center gap-1 whitespace-nowrap">
      {parts.map((key, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same key may come twice, and the order is fixed.
        <Fragment key={index}>
          <kbd className={className}>{key}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
