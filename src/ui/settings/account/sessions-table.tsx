'use client';

import type { SessionView } from '#src/contract/project/people.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { DataTable, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { Moment } from '#src/ui/parts/time/moment.tsx';
import { browserText } from '#src/ui/words/browser-text.ts';
import { leftText } from '#src/ui/words/time-text.ts';

type Props = {
  sessions: readonly SessionView[];
  busyId: string | null;
  onRevoke: (session: SessionView) => void;
};

export function SessionsTable({ sessions, busyId, onRevoke }: Props) {
  const now = useNow(1_000);
  return (
    <DataTable
      label="Sessions, the last used first"
      head={
        <>
          <Th>Browser</Th>
          <Th className="w-[128px]">Address</Th>
          <Th number className="w-[96px] clock:w-[112px]">
            Signed in
          </Th>
          <Th number className="w-[96px] clock:w-[112px]">
            Last used
          </Th>
          <Th number className="w-[88px]">
            Ends in
          </Th>
          <Th number className="w-[104px]">
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {sessions.map((session) => {
        const browser = browserText(session.userAgent);
        return (
          <Tr key={session.id}>
            <Td phone="main" className="truncate">
              <span className="font-medium" title={session.userAgent ?? undefined}>
                {browser}
              </span>{' '}
              {session.isThis && <Tag>this one</Tag>}
            </Td>
            <Td phone="first" className="truncate font-mono text-12 text-fg-muted">
              {session.ipAddress ?? '–'}
            </Td>
            <Td number>
              <Ago at={session.createdAt} sentence />
            </Td>
            <Td number phone="aside">
              <Ago at={session.lastUsedAt} sentence />
            </Td>
            <Td number>
              <Moment at={session.expiresAt}>{leftText(Date.parse(session.expiresAt) - now)}</Moment>
            </Td>
            <Td number phone="third">
              {!session.isThis && (
                <Button
                  kind="danger"
                  size="small"
                  busy={busyId === session.id}
                  aria-label={`Sign out ${browser}`}
                  onClick={() => onRevoke(session)}
                >
                  Sign out
                </Button>
              )}
            </Td>
          </Tr>
        );
      })}
    </DataTable>
  );
}
