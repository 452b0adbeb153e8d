/** Events about the end of a job, which a callback gets by default. Each job has exactly one of them per receiver. */
export const endEvents = ['job.completed', 'job.failed', 'job.cancelled'] as const;

/** Events about a job before its end. Only callbacks and endpoints that ask for them get them. */
export const progressEvents = ['job.started', 'job.attempt_failed'] as const;

/** Events that a callback can ask for. */
export const callbackEvents = [...endEvents, ...progressEvents] as const;

/**
 * Events of a model response in OpenAI's shape. Endpoints of the format `openai` get them, and no others; so does the
 * callback URL of a response.
 */
export const responseEvents = [
  'response.completed',
  'response.failed',
  'response.cancelled',
  'response.incomplete',
] as const;

/** An event of a model response in OpenAI's shape. */
export type ResponseEvent = (typeof responseEvents)[number];

/** Returns true for the type of an event of a model response. */
export function isResponseEvent(type: string): type is ResponseEvent {
  return (responseEvents as readonly string[]).includes(type);
}

/** Events of a job of Bifrost's async routes, in its shape. Only the endpoint that such a job names gets them. */
export const asyncJobEvents = ['async_job.completed', 'async_job.failed'] as const;

/** An event of a job of Bifrost's async routes. */
export type AsyncJobEvent = (typeof asyncJobEvents)[number];

/** Returns true for the type of an event of a job of Bifrost's async routes. */
export function isAsyncJobEvent(type: string): type is AsyncJobEvent {
  return (asyncJobEvents as readonly string[]).includes(type);
}

/** An event that a callback can ask for. */
export type CallbackEvent = (typeof callbackEvents)[number];
