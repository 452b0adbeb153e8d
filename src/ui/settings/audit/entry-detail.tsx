import { useMemo } from 'react';
import type { AuditEntry } from '#src/contract/project/people.ts';
import { jsonLines } from '#src/ui/parts/body/json-lines.ts';
import { JsonView } from '#src/ui/parts/body/json-view.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { Exact } from '#src/ui/parts/time/clock.tsx';
import { AuditTarget } from './audit-target.tsx';

/** Shows everything that an entry contains, in a second row under the entry's own row. */
export function AuditDetail({ id, entry }: { id: string; entry: AuditEntry }) {
  const text = useMemo(() => (entry.detail ? JSON.stringify(entry.detail, null, 2) : null), [entry.detail]);
  return (
    // biome-ignore lint/a11y/noRedundantRoles: phones draw rows as grids, which are no rows to some screen readers.
    <tr role="row" id={id} className="audit-detail">
      {/* biome-ignore lint/a11y/noRedundantRoles: phones draw rows as grids, see above. */}
      <td role="cell" colSpan={6} className="col-span-full h-auto! whitespace-normal! bg-sunken! p-0!">
        <dl className="grid grid-cols-[88px_minmax(0,1fr)] gap-x-4 gap-y-1 px-4 py-3 text-12 sm:pl-[48px]">
          <Line name="Action">
            <code className="font-mono">{entry.action}</code>
          </Line>
          <Line name="When">
            <Exact at={entry.at} />
          </Line>
          <Line name="Target">
            <AuditTarget entry={entry} />
            {entry.target && (
              <span className="ml-2 inline-flex items-center gap-1 font-mono text-fg-muted">
                <span className="wrap-anywhere">{entry.target}</span>
                <CopyButton text={entry.target} label="Copy the target's id" />
              </span>
            )}
          </Line>
          <Line name="From">
            <span className="font-mono">{entry.peer ?? '–'}</span>
          </Line>
          <Line name="With">
            {text === null ? (
              <span className="text-fg-subtle">nothing</span>
            ) : (
              <span className="-ml-6 block font-mono leading-5">
                <JsonView lines={jsonLines(text) ?? []} />
              </span>
            )}
          </Line>
        </dl>
      </td>
    </tr>
  );
}

function Line({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-fg-subtle">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
