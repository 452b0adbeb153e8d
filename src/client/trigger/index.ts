export { redactString } from '#src/client/index.ts';
export { TriggerClient } from './trigger-client.ts';
export { createAppRoute, eventTrigger, isTriggerError } from './trigger-route.ts';
export type {
  EventTrigger,
  EventTriggerOptions,
  SendEvent,
  TriggerClientOptions,
  TriggerContext,
  TriggerEvent,
  TriggerIo,
  TriggerJob,
  TriggerJobOptions,
  TriggerTask,
  TriggerTaskOptions,
} from './trigger-types.ts';
