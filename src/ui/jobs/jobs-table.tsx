import { ArrowDown } from 'lucide-react';
import { JobRow } from './job-row.tsx';
import type { Row } from './live-rows.ts';

/** The roles are written out: on phones rows become grids, and some readers then forget that they are rows. */
export function JobsTable({ rows }: { rows: Row[] }) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: see above.
    <table role="table" className="jobs-table" aria-label="Jobs, newest first">
      <thead>
        <tr>
          <th scope="col" className="w-[142px] max-lg:w-[124px]">
            State
          </th>
          <th scope="col">Request</th>
          <th scope="col" className="w-[158px] max-xl:hidden">
            Labels
          </th>
          <th scope="col" className="w-[112px]">
            Attempts
          </th>
          <th scope="col" className="w-[112px]">
            Status
          </th>
          <th scope="col" className="number w-[96px] max-lg:hidden">
            Duration
          </th>
          <th scope="col" className="number w-[84px]" aria-sort="descending">
            Age <ArrowDown size={12} aria-hidden className="inline align-[-2px]" />
          </th>
          <th scope="col" className="number w-[128px]">
            Next / result
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <JobRow key={row.job.id} {...row} />
        ))}
      </tbody>
    </table>
  );
}
