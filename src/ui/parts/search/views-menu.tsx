'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { ViewPage } from '#src/contract/project/saved-view.ts';
import { goTo } from '#src/ui/data/browser/address.ts';
import { problemOf } from '#src/ui/data/refusal.ts';
import { useTRPC } from '#src/ui/data/trpc-hooks.ts';
import { Bookmark, ChevronDown, Plus, Save, Trash2 } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Menu, MenuGroup, MenuItem, MenuLine } from '#src/ui/parts/overlay/menu.tsx';
import { toast } from '#src/ui/parts/overlay/toast.tsx';
import { Tag } from '#src/ui/parts/text/tag.tsx';

const SaveViewDialog = lazy(async () => ({ default: (await import('./save-view-dialog.tsx')).SaveViewDialog }));

type Props = {
  /** The list whose views they are; its address is this word. */
  page: ViewPage;
  /** Query of the list's address with the filters as they are. */
  query: string;
  /** False: there is nothing to save. */
  isFiltered: boolean;
};

/** Menu that chooses, saves and deletes named filters. The chosen one is marked "edited" once the filters differ. */
export function ViewsMenu({ page, query, isFiltered }: Props) {
  const trpc = useTRPC();
  const [saving, setSaving] = useState(false);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const views = useQuery(trpc.views.list.queryOptions({ page })).data?.views ?? [];
  const chosen = views.find(({ id }) => id === chosenId) ?? views.find((view) => view.query === query && query !== '');
  const edited = chosen !== undefined && chosen.query !== query;
  const acts = useViewActs(page, () => setSaving(false));
  return (
    <>
      <Menu
        label="Saved views"
        trigger={
          <Button kind="ghost" icon={Bookmark}>
            <span className="max-w-[220px] truncate">{chosen?.name ?? 'Views'}</span>
            {edited && <Tag>edited</Tag>}
            <ChevronDown size={14} aria-hidden />
          </Button>
        }
      >
        {views.length > 0 && (
          <MenuGroup label="Saved views">
            {views.map((view) => (
              <MenuItem
                key={view.id}
                onClick={() => {
                  setChosenId(view.id);
                  goTo(view.query ? `/${page}?${view.query}` : `/${page}`);
                }}
                {...(view.shared && { end: <Tag>shared</Tag> })}
              >
                {view.name}
              </MenuItem>
            ))}
          </MenuGroup>
        )}
        {views.length > 0 && <MenuLine />}
        {chosen?.mine && edited && (
          <MenuItem icon={Save} onClick={() => acts.save({ name: chosen.name, query, shared: chosen.shared })}>
            Save the changes to it
          </MenuItem>
        )}
        <MenuItem icon={Plus} disabled={!isFiltered} onClick={() => setSaving(true)}>
          Save these filters as a view…
        </MenuItem>
        {chosen?.mine && (
          <MenuItem
            icon={Trash2}
            danger
            onClick={() => {
              setChosenId(null);
              acts.remove(chosen.id);
            }}
          >
            Delete “{chosen.name}”
          </MenuItem>
        )}
      </Menu>
      {saving && (
        <Suspense fallback={null}>
          <SaveViewDialog
            busy={acts.isSaving}
            error={acts.error}
            onClose={() => setSaving(false)}
            onSave={(name, shared) => acts.save({ name, query, shared })}
          />
        </Suspense>
      )}
    </>
  );
}

function useViewActs(page: ViewPage, onSaved: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries(trpc.views.pathFilter());
  const save = useMutation(
    trpc.views.save.mutationOptions({
      onSuccess: ({ name }) => {
        refresh();
        onSaved();
        toast({ title: `“${name}” is saved` });
      },
    }),
  );
  const remove = useMutation(
    trpc.views.delete.mutationOptions({
      onSuccess: refresh,
      onError: (error) =>
        toast({ tone: 'failure', title: 'It could not be deleted', description: problemOf(error).message }),
    }),
  );
  return {
    isSaving: save.isPending,
    error: save.error,
    save: (view: { name: string; query: string; shared: boolean }) => save.mutate({ page, ...view }),
    remove: (id: string) => remove.mutate({ id }),
  };
}
