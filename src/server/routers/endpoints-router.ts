import { z } from 'zod';
import {
  type EndpointChange,
  type EndpointEdits,
  type EndpointInput,
  endpointListInput,
  type RotateInput,
  type RotateSpec,
} from '#src/contract/endpoint/endpoint-input.ts';
import {
  endpointEditsSchema,
  endpointInputSchema,
  rotateInputSchema,
} from '#src/contract/endpoint/endpoint-input-schema.ts';
import { parseEndpoint, parseEndpointEdits, parseRotation } from '#src/contract/endpoint/parse-endpoint.ts';
import { responseEvents } from '#src/contract/event/event-names.ts';
import { readLimits } from '#src/domain/limits.ts';
import { sendWaiting } from '#src/engine/deliver/send-waiting.ts';
import { probeEndpoint } from '#src/engine/deliver/try-delivery.ts';
import {
  endOldSecret,
  endpointSecrets,
  revealSecret,
  rotateEndpointSecret,
} from '#src/engine/endpoint/endpoint-secrets.ts';
import * as endpoints from '#src/engine/endpoint/endpoints.ts';
import { sendTestEvent } from '#src/engine/endpoint/test-event.ts';
import { input, procedure, router } from '#src/server/call/procedure.ts';

const byId = z.strictObject({ id: z.string().max(readLimits.idLength) });
const tested = byId.extend({
  type: z
    .enum(responseEvents)
    .optional()
    .describe('With the format `openai`: which event to send; the first of its own if it is not given.'),
});
const ofSecret = z.strictObject({ id: z.string().max(readLimits.idLength), secretId: z.uuid() });
const withId = z.looseObject({ id: z.string().max(readLimits.idLength) });

/** Separates the id from the other fields, which `parse` reads by its own rules. */
function beside<Out>(parse: (fields: unknown) => Out): (raw: unknown) => { id: string; fields: Out } {
  return (raw) => {
    const { id, ...fields } = withId.parse(raw);
    return { id, fields: parse(fields) };
  };
}

const created = input<EndpointInput, ReturnType<typeof parseEndpoint>>(parseEndpoint, endpointInputSchema);
const edited = input<EndpointEdits & { id: string }, { id: string; fields: EndpointChange }>(
  beside(parseEndpointEdits),
  endpointEditsSchema.extend(withId.shape),
);
const rotated = input<RotateInput & { id: string }, { id: string; fields: RotateSpec }>(
  beside(parseRotation),
  rotateInputSchema.extend(withId.shape),
);

export const endpointsRouter = router({
  /**
   * Lists the registered endpoints. With `includeListeners` it adds those of listeners, which exist only while a
   * developer listens.
   */
  list: procedure('jobs:read')
    .input(endpointListInput.optional())
    .query(async ({ ctx, input: filter }) => ({
      endpoints: await endpoints.listEndpoints(ctx.deps, ctx.caller.projectId, filter ?? {}),
    })),

  get: procedure('jobs:read')
    .input(byId)
    .query(({ ctx, input: { id } }) => endpoints.getEndpoint(ctx.deps, ctx.caller.projectId, id)),

  /** Lists the live signing secrets without their values. */
  secrets: procedure('jobs:read')
    .input(byId)
    .query(async ({ ctx, input: { id } }) => ({
      secrets: await endpointSecrets(ctx.deps, ctx.caller.projectId, id),
    })),

  /** Makes an endpoint. Its secret is returned here and never again. */
  create: procedure('callbacks:admin')
    .input(created)
    .mutation(({ ctx, input: { spec, signing } }) =>
      endpoints.createEndpoint(ctx.deps, ctx.caller.projectId, spec, signing),
    ),

  update: procedure('callbacks:admin')
    .input(edited)
    .mutation(({ ctx, input: { id, fields } }) => endpoints.updateEndpoint(ctx.deps, ctx.caller.projectId, id, fields)),

  delete: procedure('callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => endpoints.deleteEndpoint(ctx.deps, ctx.caller.projectId, id)),

  /** Enables an endpoint. It is idempotent, like `disable`. */
  enable: procedure('callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => endpoints.enableEndpoint(ctx.deps, ctx.caller.projectId, id)),

  disable: procedure('callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => endpoints.disableEndpoint(ctx.deps, ctx.caller.projectId, id)),

  /** Sends the oldest waiting delivery now, to find out whether the endpoint is back, and ends its pause. */
  probe: procedure('callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => probeEndpoint(ctx.deps, ctx.caller.projectId, id)),

  /** Sends everything that waits now, as fast as rate, concurrency and a recovery allow, and ends a pause. */
  sendWaiting: procedure('callbacks:admin')
    .input(byId)
    .mutation(({ ctx, input: { id } }) => sendWaiting(ctx.deps, ctx.caller.projectId, id)),

  /** Makes a new signing secret. The older ones continue to sign for a while. */
  rotateSecret: procedure('callbacks:admin')
    .input(rotated)
    .mutation(({ ctx, input: { id, fields } }) => rotateEndpointSecret(ctx.deps, ctx.caller.projectId, id, fields)),

  /** Returns the value of a shared secret once more after its creation. The audit log records it. */
  revealSecret: procedure('callbacks:admin')
    .meta({ reveals: true })
    .input(ofSecret)
    .mutation(({ ctx, input: { id, secretId } }) =>
      revealSecret(ctx.deps, { projectId: ctx.caller.projectId, endpoint: id, secretId }, ctx.recordIn),
    ),

  /** Ends an old secret before its overlap is over. */
  endSecret: procedure('callbacks:admin')
    .input(ofSecret)
    .mutation(async ({ ctx, input: { id, secretId } }) => ({
      secrets: await endOldSecret(ctx.deps, ctx.caller.projectId, id, secretId),
    })),

  /** Sends an `endpoint.test` event, or an event of a model response to an endpoint of the format `openai`. */
  test: procedure('callbacks:admin')
    .input(tested)
    .mutation(({ ctx, input: fields }) => sendTestEvent(ctx.deps, ctx.caller.projectId, fields)),
});
