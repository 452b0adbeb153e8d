import { type CallToolResult, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import type { TestRingback } from './ringback.ts';

/** Answer of a tool as tests read it. */
export type ToolAnswer<T> = { failed: boolean; text: string; data: T };

/** An assistant's connection to a Ringback, by the client of the protocol. */
export type Assistant = {
  client: Client;
  tool<T = Record<string, never>>(name: string, input?: Record<string, unknown>): Promise<ToolAnswer<T>>;
};

/** Connects as assistants do. Rejects when the first call is refused. */
export async function connectAssistant(
  { url, credentials }: Pick<TestRingback, 'url' | 'credentials'>,
  { key = credentials.apiKey, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
): Promise<Assistant> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: { ...(key === '' ? {} : { authorization: `Bearer ${key}` }), ...headers } },
  });
  onTestFinished(() => client.close());
  await client.connect(transport);
  return {
    client,
    async tool<T>(name: string, input: Record<string, unknown> = {}) {
      const { content, structuredContent, isError } = (await client.callTool({
        name,
        arguments: input,
      })) as CallToolResult;
      const [first] = content;
      return { failed: isError === true, text: first?.type === 'text' ? first.text : '', data: structuredContent as T };
    },
  };
}
