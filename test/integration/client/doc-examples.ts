import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const checkout = path.resolve(import.meta.dirname, '../../..');

/** What the pages leave to the reader: values that stand for one's own, and packages that are not installed here. */
const surroundings = `
import type { Ringback } from '@ringback/client';
type Client = typeof import('@ringback/client');
declare global {
  const ringback: Ringback;
  const redactString: Client['redactString'];
  const nextRoute: Client['nextRoute'];
  const serve: Client['serve'];
  function sendMail(text: string): Promise<void>;
  const expressHandler: Client['expressHandler'];
  const RingbackError: Client['RingbackError'];
  type CaptureFetch = import('@ringback/client').CaptureFetch;
  const id: string, key: string, url: string, token: string, secret: string, runId: string;
  const json: unknown;
  const webhook: { url: string }, waitpoint: { url: string }, webhookUrl: string;
  const app: { post(path: string, handler: unknown): void; use(handler: unknown): void };
  const express: { json(): unknown };
  const process: { env: Record<string, string | undefined> };
  type Report = { total: number };
  function saveReport(id: unknown, body: unknown): Promise<void>;
  function noteFailure(id: string, error: unknown): Promise<void>;
}
`;
const elsewhere = `
declare module '@/app/reports' {
  export function saveReport(id: unknown, body: unknown): Promise<void>;
  export function noteFailure(id: string, error: unknown): Promise<void>;
}
declare module '@/app/answer-ticket' {
  import type { CaptureFetch, Ringback } from '@ringback/client';
  export const ringback: Ringback;
  export const ask: (ticket: string) => (fetch: CaptureFetch) => Promise<{ output_text: string }>;
}
declare module '@/mail' {
  export function sendMail(text: string): Promise<void>;
}
declare module '@/trigger' {
  export const client: import('@ringback/client/trigger').TriggerClient;
}
declare module '@/jobs/summary' {}
declare module '@/inngest/client' {
  export const inngest: import('@ringback/client/inngest').Inngest;
}
declare module '@/inngest/functions' {
  export const closeTicket: import('@ringback/client/inngest').InngestFunction;
  export const tell: import('@ringback/client/inngest').InngestFunction;
}
declare module '@langchain/openai' {
  export const ChatOpenAI: any;
}
declare module 'express';
declare module 'hono' {
  export type Context = any;
  export const Hono: any;
}
declare module 'fastify' {
  export type FastifyRequest = any;
  const fastify: any;
  export default fastify;
}
declare module 'openai' {
  type OpenAiResponse = { id: string; status: string; output_text: string };
  export default class OpenAI {
    constructor(options: { fetch?: typeof globalThis.fetch; baseURL?: string; apiKey?: string | undefined; defaultHeaders?: object; timeout?: number; maxRetries?: number });
    webhooks: { unwrap(body: string, headers: Headers, secret?: string): Promise<any> };
    responses: {
      create<const P extends object>(params: P): Promise<P extends { stream: true } ? AsyncIterable<any> : OpenAiResponse>;
      retrieve(id: string, params: { stream: true; starting_after?: number }): Promise<AsyncIterable<any>>;
      retrieve(id: string): Promise<OpenAiResponse>;
    };
    chat: { completions: { create(params: object, options?: object): Promise<any> } };
    static RateLimitError: new () => Error;
  }
}
declare module '@anthropic-ai/sdk' {
  export default class Anthropic {
    constructor(options: { fetch: typeof globalThis.fetch });
    messages: { create(params: object): Promise<{ content: unknown }> };
  }
}
declare module '@ai-sdk/anthropic' {
  export const createAnthropic: any;
}
declare module '@ai-sdk/openai' {
  export const createOpenAI: any;
}
declare module '@openai/agents' {
  export function tool(options: { execute(input: any): unknown; [field: string]: unknown }): object;
  export class Agent { constructor(options: object); }
  export function run(agent: Agent, input: string): Promise<{ finalOutput?: string }>;
  export function setDefaultOpenAIClient(client: import('openai').default): void;
  export function setTracingDisabled(disabled: boolean): void;
}
declare module 'zod' {
  export const z: any;
}
declare module 'standardwebhooks' {
  export const Webhook: any;
}
declare module 'ai' {
  export const generateText: any;
}
declare module 'pg' {
  export type Pool = any;
}
`;

/**
 * Every example in TypeScript of the READMEs and guides, as files that compile when the pages are right. A part of a
 * request, \`callback: …\`, is put into one.
 */
export function docExamples(): Record<string, string> {
  const guides = readdirSync(path.join(checkout, 'docs')).filter((name) => name.endsWith('.md'));
  const pages = ['README.md', 'src/client/README.md', ...guides.map((name) => `docs/${name}`)];
  const files: Record<string, string> = { 'surroundings.d.ts': surroundings, 'elsewhere.d.ts': elsewhere };
  for (const page of pages) {
    const text = readFileSync(path.join(checkout, page), 'utf8');
    for (const [index, [, code = '']] of [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].entries()) {
      files[`${page.replaceAll(/\W/g, '-')}-${index + 1}.ts`] = asModule(code);
    }
  }
  return files;
}

function asModule(code: string): string {
  const [, imports = '', rest = ''] = /^((?:import .*\n|\n)*)([\s\S]*)$/.exec(code) ?? [];
  const isPart = /^\w+: /.test(rest);
  const whole = isPart
    ? `import type { SubmitRequest } from '@ringback/client';\nexport const request: SubmitRequest = { url: '',\n${rest}};`
    : rest;
  return `${imports}${whole}\nexport {};\n`;
}
