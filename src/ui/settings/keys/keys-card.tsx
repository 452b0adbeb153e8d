'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '#src/contract/project/scope.ts';
import { useNow } from '#src/ui/data/server-clock.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { KeyRound, Plus } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Card, CardHead } from '#src/ui/parts/page/card.tsx';
import { EmptyState } from '#src/ui/parts/page/empty-state.tsx';
import { Failure } from '#src/ui/parts/page/failure.tsx';
import { SkeletonTable } from '#src/ui/parts/page/skeleton.tsx';
import { DataTable, Td, Th, Tr } from '#src/ui/parts/table/data-table.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { Ago } from '#src/ui/parts/time/ago.tsx';
import { KeyState, stateOfKey } from './key-state.tsx';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';

const refreshMs = 10_000;

/** Lists the project's keys that work, and on request the ones that no longer do. */
export function KeysCard({ onMake }: { onMake: () => void }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.apiKeys.list.queryOptions(undefined, { refetchInterval: refreshMs }));
  const now = useNow(1_000);
  const [all, setAll] = useState(false);
  const [asked, setAsked] = useState<ApiKey | null>(null);
  const keys = query.data?.keys;
  const dead = keys?.filter((key) => stateOfKey(key, now) !== 'active').length ?? 0;
  const shown = keys?.filter((key) => all || stateOfKey(key, now) === 'active');
  return (
    <Card label="API keys" busy={query.isPending}>
      <CardHead title="API keys">
        {dead > 0 && (
          <Button kind="ghost" size="small" aria-pressed={all} onClick={() => setAll(!all)}>
            {all ? 'Hide' : 'Show'} {dead} that no longer work
          </Button>
        )}
      </CardHead>
      {shown === undefined ? (
        query.error ? (
          <Failure error={query.error} what="The keys could not be loaded" onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonTable rows={3} />
        )
      ) : shown.length === 0 ? (
        <EmptyState
          icon={KeyRound}
          title="No key that works"
          action={
            <Button icon={Plus} onClick={onMake}>
              New key
            </Button>
          }
        >
          Without one, nothing can submit jobs to this project.
        </EmptyState>
      ) : (
        <KeysTable keys={shown} now={now} onRevoke={setAsked} />
      )}
      {asked && <RevokeKeyDialog apiKey={asked} onClose={() => setAsked(null)} />}
    </Card>
  );
}

type TableProps = { keys: readonly ApiKey[]; now: number; onRevoke: (key: ApiKey) => void };

function KeysTable({ keys, now, onRevoke }: TableProps) {
  return (
    <DataTable
      label="API keys"
      head={
        <>
          <Th>Key</Th>
          <Th className="w-[34%]">Scopes</Th>
          <Th className="w-[108px]">State</Th>
          <Th number className="w-[112px] max-lg:hidden">
            Created
          </Th>
          <Th number className="w-[112px]">
            Last used
          </Th>
          <Th number className="w-[112px]">
            <span className="sr-only">Actions</span>
          </Th>
        </>
      }
    >
      {keys.map((key) => (
        <Tr key={key.id}>
          <Td phone="main" className="truncate">
            <span className="font-medium">{key.name}</span>{' '}
            <code className="font-mono text-fg-subtle">rbk_…{key.hint}</code>
          </Td>
          <Td phone="second" className="truncate">
            <span className="inline-flex gap-1 max-sm:flex-wrap">
              {key.scopes.map((scope) => (
                <Tag key={scope}>{scope}</Tag>
              ))}
            </span>
          </Td>
          <Td phone="first">
            <KeyState state={stateOfKey(key, now)} at={key.revokedAt ?? key.expiresAt} />
          </Td>
          <Td number className="max-lg:hidden">
            <Ago at={key.createdAt} sentence />
          </Td>
          <Td number phone="aside">
            {key.lastUsedAt ? <Ago at={key.lastUsedAt} sentence /> : 'never'}
          </Td>
          <Td number phone="third">
            {key.revokedAt === null && (
              <Button kind="danger" size="small" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
                Revoke
              </Button>
            )}
          </Td>
        </Tr>
      ))}
    </DataTable>
  );
}
