'use client';

import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { projectUrl } from '#src/ui/data/project/project-url.ts';
import { Download } from '#src/ui/icons/icons.ts';
import { Button } from '#src/ui/parts/form/button.tsx';
import { Menu, MenuItem } from '#src/ui/parts/overlay/menu.tsx';

/** Exports the jobs that the filter finds, masked as they are shown. */
export function ExportMenu({ filter }: { filter: JobFilterInput }) {
  return (
    <Menu
      label="Export"
      align="end"
      trigger={
        <Button icon={Download} className="max-sm:hidden">
          Export
        </Button>
      }
    >
      <MenuItem onClick={() => window.location.assign(exportUrl(filter, 'csv'))}>As CSV</MenuItem>
      <MenuItem onClick={() => window.location.assign(exportUrl(filter, 'json'))}>As JSON</MenuItem>
    </Menu>
  );
}

export function exportUrl(filter: JobFilterInput, format: 'csv' | 'json'): string {
  const search = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) search.set(name, String(value));
  return projectUrl(`/v1/jobs/export?${search}`);
}
