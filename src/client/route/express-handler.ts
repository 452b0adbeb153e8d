import type { NodeCallbackRequest } from '#src/client/callback/callback-request.ts';
import { handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';

/** As much of Node's `ServerResponse` as is needed. */
export type NodeResponse = {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
};

/**
 * A handler for Express, `app.post('/api/ringback', expressHandler({ … }))`, and for anything else with Node's requests:
 * its own servers, Connect, Next's `pages/api`. Handlers get the request. The body must not have been parsed: mount it before
 * `express.json()`; `express.raw()` and `express.text()` do no harm.
 */
export function expressHandler<NodeRequest extends NodeCallbackRequest = NodeCallbackRequest>(
  options: ReceiveOptions<NodeRequest>,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (request, response) => {
    const { status, headers, body } = await handleCallback(request, options, request);
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // Else Node would go on reading all of what was too long, to keep the connection.
    if (status === 413) response.setHeader('connection', 'close');
    response.end(body ?? undefined);
  };
}
