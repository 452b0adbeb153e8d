'use client';

import { projectUrl } from '#src/ui/data/project/project-url.ts';
import { Download } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Menu, MenuItem } from '#src/ui/parts/overlay/menu.tsx';

/** Lists that can be exported. */
type Exported = 'jobs' | 'deliveries';

/** Exports the rows that the filter of a list finds, masked as they are shown. */
export function ExportMenu({ of, filter }: { of: Exported; filter: object }) {
  return (
    <Menu
      label="Export"
      align="end"
      trigger={
        <Button icon={Download}>
          <span className="max-sm:sr-only">Export</span>
        </Button>
      }
    >
      <MenuItem onClick={() => window.location.assign(exportUrl(of, filter, 'csv'))}>As CSV</MenuItem>
      <MenuItem onClick={() => window.location.assign(exportUrl(of, filter, 'json'))}>As JSON</MenuItem>
    </Menu>
  );
}

/** Returns the address of an export. */
export function exportUrl(of: Exported, filter: object, format: 'csv' | 'json'): string {
  const search = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filter))
    for (const one of [value].flat()) if (one !== undefined) search.append(name, String(one));
  return projectUrl(`/v1/${of}/export?${search}`);
}
