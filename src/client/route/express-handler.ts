import type { NodeCallbackRequest } from '#src/client/callback/callback-request.ts';
import { handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';

/** The parts of Node's `ServerResponse` that the handler uses. */
export type NodeResponse = {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
};

/**
 * Returns a handler for Express: `app.post('/api/ringback', expressHandler({ … }))`. It also fits everything else that
 * has Node's requests: Node's own servers, Connect, Next's `pages/api`. Event handlers get the request as second
 * argument. The body must not be parsed before: mount the handler before `express.json()`. `express.raw()` and
 * `express.text()` do no harm.
 */
export function expressHandler<NodeRequest extends NodeCallbackRequest = NodeCallbackRequest>(
  options: ReceiveOptions<NodeRequest>,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (request, response) => {
    const { status, headers, body } = await handleCallback(request, options, request);
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    // Node would otherwise read all of the oversized body, to keep the connection open.
    if (status === 413) response.setHeader('connection', 'close');
    response.end(body ?? undefined);
  };
}
