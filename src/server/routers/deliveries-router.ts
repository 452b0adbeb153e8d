import { z } from 'zod';
import { deliveryCountsInput, deliveryListInput } from '#src/contract/event/delivery-filter.ts';
import { replaySkippedInput, resendFailedInput, resendManyInput } from '#src/contract/job/operation.ts';
import { readLimits } from '#src/domain/limits.ts';
import { resendDelivery } from '#src/engine/deliver/resend.ts';
import { getDeliveryContent, signDelivery } from '#src/engine/deliver/sent-content.ts';
import { tryDeliveryNow } from '#src/engine/deliver/try-delivery.ts';
import { startResendMany } from '#src/engine/operate/resend-many.ts';
import { countResending, startResending } from '#src/engine/operate/resend-operation.ts';
import { deliveryCounts, deliveryPage, getDelivery } from '#src/engine/read/read-deliveries.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { starter } from '#src/server/jobs/starter.ts';

const byId = z.strictObject({ id: z.string().max(readLimits.idLength) });

export const deliveriesRouter = router({
  list: procedure('jobs:read')
    .input(deliveryListInput)
    .query(({ ctx, input }) => deliveryPage(ctx.deps, ctx.caller.projectId, input)),

  /** Counts the deliveries that a filter finds, by state and in total. */
  counts: procedure('jobs:read')
    .input(deliveryCountsInput)
    .query(({ ctx, input: filter }) => deliveryCounts(ctx.deps, ctx.caller.projectId, filter)),

  /** Returns a delivery with every attempt and its response. */
  get: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => getDelivery(ctx.deps, ctx.caller.projectId, id)),

  /** Returns the event and the headers of a delivery, with secrets masked. */
  content: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => getDeliveryContent(ctx.deps, ctx.caller.projectId, id)),

  /** Signs the request of a delivery, for a person who sends it by hand. The audit log records it. */
  sign: procedure('callbacks:admin')
    .meta({ reveals: true })
    .input(byId)
    .mutation(({ ctx, input: { id } }) => signDelivery(ctx.deps, ctx.caller.projectId, id)),

  /** Sends an ended delivery again, under the same `webhook-id`. */
  resend: procedure('callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => resendDelivery(ctx.deps, ctx.caller.projectId, id)),

  /** Makes the next attempt of a waiting delivery now; its paused endpoint is probed with it. */
  tryNow: procedure('callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => tryDeliveryNow(ctx.deps, ctx.caller.projectId, id)),

  /** Sends all deliveries again that failed since a given time, in the background. */
  resendFailed: procedure('callbacks:admin')
    .input(resendFailedInput)
    .mutation(({ ctx, input }) => startResending(ctx.deps, 'resend_failed', starter(ctx.caller), input)),

  /** Counts the deliveries that a replay would send, before it is started. */
  replayCount: procedure('jobs:read')
    .input(resendFailedInput.extend({ onlySkipped: z.boolean().optional() }))
    .query(({ ctx, input: { onlySkipped, ...input } }) =>
      countResending(ctx.deps, ctx.caller.projectId, onlySkipped ? 'replay_skipped' : 'resend_failed', input),
    ),

  /** Sends the picked deliveries again, or all that a filter finds, in the background. */
  resendMany: procedure('callbacks:admin')
    .input(resendManyInput)
    .mutation(({ ctx, input }) => startResendMany(ctx.deps, starter(ctx.caller), input)),

  /** Sends the deliveries that were skipped while the endpoint was disabled, in the background. */
  replaySkipped: procedure('callbacks:admin')
    .input(replaySkippedInput)
    .mutation(({ ctx, input }) => startResending(ctx.deps, 'replay_skipped', starter(ctx.caller), input)),
});
