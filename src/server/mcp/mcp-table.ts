import { deliveryTools } from './delivery-tools.ts';
import { jobTools } from './job-tools.ts';
import type { McpTool } from './mcp-tool.ts';
import { projectTools } from './project-tools.ts';

/** All tools of `/mcp`. */
export const allMcpTools: readonly McpTool[] = [...projectTools, ...jobTools, ...deliveryTools];
