'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { lazy, Suspense, useState } from 'react';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { useIsOwner } from '#src/ui/data/project/use-me.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { EllipsisVertical, ListChecks, Pencil, Trash2 } from '#src/ui/icons/icons.ts';
import { Button, buttonClass } from '#src/ui/parts/form/button.tsx';
import { ConfirmDialog } from '#src/ui/parts/overlay/confirm-dialog.tsx';
import { Menu, MenuItem } from '#src/ui/parts/overlay/menu.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { CopyButton } from '#src/ui/parts/text/copy-button.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';
import { upstreamJobsUrl, upstreamUrl } from '#src/ui/words/upstream-words.ts';

const UpstreamDialog = lazy(async () => ({
  default: (await import('#src/ui/upstreams/form/upstream-dialog.tsx')).UpstreamDialog,
}));

/** Shows the upstream's name and base URL, and its actions. */
export function UpstreamHead({ upstream }: { upstream: Upstream }) {
  const isOwner = useIsOwner();
  return (
    <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <h1 className="flex items-center gap-3">
          <span className="truncate">{upstream.name}</span>
          {upstream.default && <Tag>default</Tag>}
        </h1>
        <p className="mt-1 flex min-w-0 items-center gap-2 font-mono text-12 text-fg-muted">
          <span className="min-w-0 wrap-anywhere">{upstream.baseUrl}</span>
          <CopyButton text={upstream.baseUrl} label="Copy the base URL" />
        </p>
      </div>
      <div className="flex max-w-full flex-none flex-wrap items-center gap-2">
        <Link href={upstreamJobsUrl(upstream.name)} prefetch={false} className={buttonClass()}>
          <ListChecks size={16} aria-hidden />
          Jobs
        </Link>
        {isOwner && <Actions upstream={upstream} />}
      </div>
    </div>
  );
}

function Actions({ upstream }: { upstream: Upstream }) {
  const [asked, setAsked] = useState<'edit' | 'delete' | null>(null);
  const router = useRouter();
  const remove = useRemove(upstream);
  return (
    <>
      <Button icon={Pencil} onClick={() => setAsked('edit')}>
        Edit
      </Button>
      <Menu
        label="More"
        align="end"
        trigger={<Button kind="ghost" size="icon" icon={EllipsisVertical} aria-label="More actions" />}
      >
        <MenuItem icon={Trash2} danger onClick={() => setAsked('delete')}>
          Delete…
        </MenuItem>
      </Menu>
      {asked === 'edit' && (
        <Suspense fallback={null}>
          <UpstreamDialog
            upstream={upstream}
            onClose={() => setAsked(null)}
            onSaved={({ id, name }) => {
              // The page may be at the old name.
              if (name !== upstream.name) router.replace(upstreamUrl(id));
            }}
          />
        </Suspense>
      )}
      <ConfirmDialog
        open={asked === 'delete'}
        onOpenChange={(open) => {
          if (open) return;
          setAsked(null);
          remove.reset();
        }}
        title={`Delete ${upstream.name}?`}
        effect="Its credentials are erased, and jobs that name it are refused. Ended jobs stay. That is final."
        confirm="Delete upstream"
        keep="Keep it"
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({ id: upstream.id })}
      />
    </>
  );
}

function useRemove({ name }: Upstream) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation(
    trpc.upstreams.delete.mutationOptions({
      onSuccess: () => {
        toast({ title: `${name} was deleted` });
        void queries.invalidateQueries(trpc.upstreams.list.pathFilter());
        router.push('/upstreams');
      },
    }),
  );
}
