import type { ExportedDelivery } from '#src/contract/event/delivery.ts';
import type { DeliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import type { Reads } from '#src/engine/deps.ts';
import { listDeliveries } from '#src/store/delivery/list-deliveries.ts';
import { findFlowsOfJobs } from '#src/store/job/read-jobs.ts';
import { deliveryFilter } from './delivery-search.ts';
import { type Export, type ExportOptions, exportRows, mapParts } from './export-rows.ts';
import { deliverySummary } from './read-deliveries.ts';

/** Returns all deliveries that a filter finds, newest first, in parts. Throws `invalid_input` for a bad id. */
export async function exportDeliveries(
  deps: Reads,
  projectId: string,
  input: DeliveryFilterInput,
  options: ExportOptions = {},
): Promise<Export<ExportedDelivery>> {
  const filter = await deliveryFilter(deps, projectId, input);
  const { parts, truncated } = exportRows((page) => listDeliveries(deps.db, filter, page), options);
  const shown = mapParts(parts, async (rows) => {
    const flows = await findFlowsOfJobs(deps.db, [...new Set(rows.flatMap((row) => row.job_id ?? []))]);
    return rows.map((row) => ({
      ...deliverySummary(row),
      flow: (row.job_id !== null && flows.get(row.job_id)) || null,
    }));
  });
  return { parts: shown, truncated };
}
