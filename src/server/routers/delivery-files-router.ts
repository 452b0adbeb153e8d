import { z } from 'zod';
import { deliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import { readLimits } from '#src/domain/limits.ts';
import { getEventBytes } from '#src/engine/deliver/sent-content.ts';
import { exportDeliveries } from '#src/engine/read/export-deliveries.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { startExport } from '#src/server/jobs/exports-under-way.ts';

const exportInput = deliveryFilterInput.extend({
  format: z.enum(['csv', 'json']).default('csv').describe('`csv` if it is not given.'),
});
const neverAborted = new AbortController().signal;

/** Procedures of deliveries that only REST has, because they return files instead of JSON. */
export const deliveryFilesRouter = router({
  /** Streams the deliveries that a filter finds. A wrong filter is refused before the stream begins. */
  export: procedure('jobs:read')
    .input(exportInput)
    .query(async ({ ctx: { deps, caller }, input: { format, ...filter }, signal = neverAborted }) => {
      const { parts, truncated } = await exportDeliveries(deps, caller.projectId, filter, { signal });
      return { format, parts: await startExport(caller, parts, signal), truncated };
    }),

  /** Returns the event of a delivery, exactly as it is sent. */
  event: procedure('jobs:read')
    .input(z.strictObject({ id: z.string().max(readLimits.idLength) }))
    .query(({ ctx, input: { id } }) => getEventBytes(ctx.deps, ctx.caller.projectId, id)),
});
