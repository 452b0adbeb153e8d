'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { EllipsisVertical, ListChecks, Pencil, Play, Trash2 } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { Menu, MenuItem, MenuLine, MenuLink } from '#src/ui/parts/overlay/menu.tsx';
import { upstreamJobsUrl } from './upstream-words.ts';

const UpstreamDialog = lazy(async () => ({ default: (await import('./upstream-dialog.tsx')).UpstreamDialog }));
const UpstreamTestDialog = lazy(async () => ({ default: (await import('./upstream-test.tsx')).UpstreamTestDialog }));

/** Menu of what may be done with an upstream. */
export function UpstreamMenu({ upstream }: { upstream: Upstream }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<'test' | 'edit' | 'delete' | null>(null);
  const { id, name } = upstream;
  const remove = useMutation(
    trpc.upstreams.delete.mutationOptions({
      onSuccess: () => void queries.invalidateQueries(trpc.upstreams.pathFilter()),
    }),
  );
  const close = () => setAsked(null);
  return (
    <>
      <Menu
        label={`Actions for ${name}`}
        align="end"
        trigger={
          <Button
            kind="ghost"
            size="icon"
            icon={EllipsisVertical}
            aria-label={`Actions for ${name}`}
            className="relative z-1"
          />
        }
      >
        <MenuItem icon={Play} onClick={() => setAsked('test')}>
          Test…
        </MenuItem>
        <MenuItem icon={Pencil} onClick={() => setAsked('edit')}>
          Edit…
        </MenuItem>
        <MenuLink icon={ListChecks} href={upstreamJobsUrl(name)}>
          Jobs
        </MenuLink>
        <MenuLine />
        <MenuItem icon={Trash2} danger onClick={() => setAsked('delete')}>
          Delete…
        </MenuItem>
      </Menu>
      <Suspense fallback={null}>
        {asked === 'edit' && <UpstreamDialog upstream={upstream} onClose={close} />}
        {asked === 'test' && <UpstreamTestDialog upstream={upstream} onClose={close} />}
      </Suspense>
      <ConfirmDialog
        open={asked === 'delete'}
        onOpenChange={(open) => setAsked(open ? 'delete' : null)}
        title={`Delete ${name}?`}
        effect="Its credentials are gone, and nothing can be sent to it by its name. Its ended jobs stay."
        confirm="Delete upstream"
        keep="Keep it"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ id })}
      />
    </>
  );
}
