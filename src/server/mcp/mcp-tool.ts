import type { z } from 'zod';
import type { OutputOf, ProcedurePath } from '#src/server/rest/route.ts';

/** A call of a tool. */
export type ToolCall = {
  /**
   * Calls a procedure as the caller of the tool. So its scope, the audit log, what is masked and its errors are the same
   * as over tRPC and REST.
   */
  run<Path extends ProcedurePath>(path: Path, input?: unknown): Promise<OutputOf<Path>>;
  /** Returns the address of a page of the dashboard, in the caller's project. */
  page(path: string): Promise<string>;
  nowMs: number;
};

/** Answer of a tool: for a model that reads text, and the same facts as data. */
export type ToolAnswer = { text: string; data: Record<string, unknown> };

/** What a tool does to the world: `read` nothing, `change` adds to it, `destroy` ends something for good. */
export type ToolEffect = 'read' | 'change' | 'destroy';

/** A tool that assistants call. It is a thin layer over procedures. */
export type McpTool<Input = unknown> = {
  name: string;
  title: string;
  /** What it does and when to use it, for the model that chooses among tools. */
  description: string;
  /** The procedures that it calls. The first one says which scope is needed. */
  procedures: readonly [ProcedurePath, ...ProcedurePath[]];
  effect: ToolEffect;
  /** True if calling it again changes nothing more. */
  idempotent: boolean;
  input: z.ZodType<Input>;
  answer(call: ToolCall, input: Input): Promise<ToolAnswer>;
};

/** A row of the table, checked against its input. */
export function tool<Input>(row: McpTool<Input>): McpTool {
  return row as McpTool;
}
