'use client';

import { lazy, Suspense, useState } from 'react';
import { useMayMakeProjects } from '#src/ui/data/project/use-me.ts';
import { useProjects } from '#src/ui/data/project/use-project.ts';
import { ChevronsUpDown, Plus } from '#src/ui/icons/icons.ts';
import { Menu, MenuChoice, MenuItem, MenuLine } from '#src/ui/parts/overlay/menu.tsx';
import { BrandMark } from '#src/ui/parts/page/brand-mark.tsx';

const NewProjectDialog = lazy(async () => ({
  default: (await import('#src/ui/shell/new-project-dialog.tsx')).NewProjectDialog,
}));

const line = 'mb-2 flex h-10 w-full flex-none items-center gap-2.5 rounded-control px-2 text-left font-semibold';

/** Shows the current project. If the user has several projects or may create one, it is a menu. */
export function ProjectMenu() {
  const { current, projects, switchTo } = useProjects();
  const mayMake = useMayMakeProjects();
  const [making, setMaking] = useState(false);
  const name = current?.name ?? 'Ringback';
  if (projects.length < 2 && !mayMake)
    return (
      <div className={line} title={current?.name}>
        <BrandMark />
        <span className="truncate max-md:sr-only">{name}</span>
      </div>
    );
  const trigger = (
    <button type="button" className={`${line} hover:bg-hover data-popup-open:bg-hover`} aria-label={`Project: ${name}`}>
      <BrandMark />
      <span className="min-w-0 flex-1 truncate max-md:hidden">{name}</span>
      <ChevronsUpDown size={14} aria-hidden className="flex-none text-fg-subtle max-md:hidden" />
    </button>
  );
  return (
    <>
      <Menu trigger={trigger} label="Projects" className="max-h-(--available-height) w-52 overflow-y-auto">
        <MenuChoice
          label="Projects"
          value={current?.id ?? ''}
          onChange={switchTo}
          options={projects.map(({ id, name: label }) => ({ value: id, label }))}
        />
        {mayMake && (
          <>
            <MenuLine />
            <MenuItem icon={Plus} onClick={() => setMaking(true)}>
              New project…
            </MenuItem>
          </>
        )}
      </Menu>
      <Suspense fallback={null}>{making && <NewProjectDialog onClose={() => setMaking(false)} />}</Suspense>
    </>
  );
}
