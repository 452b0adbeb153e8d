export { Inngest } from './inngest-client.ts';
export { type InngestFetch, inngestFetch as fetch } from './inngest-fetch.ts';
export { NonRetriableError, serve } from './inngest-route.ts';
export type {
  FunctionContext,
  FunctionOptions,
  FunctionStep,
  FunctionTrigger,
  InngestEvent,
  InngestFunction,
  InngestOptions,
  SendInngestEvent,
  StepId,
} from './inngest-types.ts';
