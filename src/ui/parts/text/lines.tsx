import { Fragment, type ReactNode } from 'react';

/** Lists names at the left and their values at the right. Lines that are null are left out. */
export function Lines({ lines }: { lines: ([name: string, value: ReactNode] | null)[] }) {
  return (
    <dl className="grid grid-cols-[112px_minmax(0,1fr)] content-start gap-x-3 gap-y-2 p-4">
      {lines.map(
        (line) =>
          line && (
            <Fragment key={line[0]}>
              <dt className="text-fg-subtle">{line[0]}</dt>
              <dd className="min-w-0 wrap-anywhere">{line[1]}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}
