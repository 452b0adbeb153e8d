import type { CallToolResult, McpRequestContext, Server, Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { packageVersion } from '#src/package-version.ts';
import { asRefusal } from '#src/server/call/refusals.ts';
import { allMcpTools } from './mcp-table.ts';
import type { McpTool, ToolCall } from './mcp-tool.ts';

type Sdk = typeof import('@modelcontextprotocol/server');

/** What the server of one HTTP request needs. */
export type McpCaller = ToolCall & { onInternal(error: unknown, tool: string): void };

const instructions =
  'Ringback makes HTTP calls in the background, retries them by rules, and delivers signed callbacks. A job is one such call; a delivery is the sending of an event to a receiver; an endpoint is a registered receiver. Begin with get_alerts; explain_job and explain_delivery say why something failed or waits. All times are UTC.';

const byName = new Map(allMcpTools.map((one) => [one.name, one]));
let listed: Tool[] | undefined;

/** Makes the server of one HTTP request. Nothing is kept between requests. */
export function makeMcpServer(sdk: Sdk, { authInfo }: McpRequestContext): Server {
  const caller = authInfo?.extra?.caller as McpCaller;
  const server = new sdk.Server(
    { name: 'ringback', title: 'Ringback', version: packageVersion() },
    { capabilities: { tools: {} }, instructions },
  );
  server.setRequestHandler('tools/list', () => ({ tools: listTools() }));
  server.setRequestHandler('tools/call', ({ params }) => callTool(caller, params.name, params.arguments));
  return server;
}

/** Returns the tools as callers see them. Their schemas are made at the first use. */
function listTools(): Tool[] {
  listed ??= allMcpTools.map(describe);
  return listed;
}

function describe({ name, title, description, input, effect, idempotent }: McpTool): Tool {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  return {
    name,
    title,
    description,
    inputSchema: inputSchema as Tool['inputSchema'],
    annotations: {
      title,
      readOnlyHint: effect === 'read',
      destructiveHint: effect === 'destroy',
      idempotentHint: idempotent,
      // What changes something sends requests to hosts that are not ours.
      openWorldHint: effect !== 'read',
    },
  };
}

/** Calls a tool. A refusal is an answer too, which the model reads and can act on. */
async function callTool(caller: McpCaller, name: string, input: unknown = {}): Promise<CallToolResult> {
  try {
    const found = byName.get(name);
    if (!found) {
      const known = [...byName.keys()].join(', ');
      throw new Refusal('no_route', `there is no tool "${name.slice(0, 100)}"; there are ${known}`);
    }
    const { text, data } = await found.answer(caller, found.input.parse(input));
    return { content: [{ type: 'text', text }], structuredContent: data };
  } catch (error) {
    const { code, message, field } = asRefusal(error);
    if (code === 'internal') caller.onInternal(error, name);
    const data = field === undefined ? { code, message } : { code, message, field };
    return {
      isError: true,
      content: [{ type: 'text', text: `${code}: ${message}` }],
      structuredContent: { error: data },
    };
  }
}
