/** Events about the end of a job, which a callback gets by default. Each job has exactly one of them per receiver. */
export const endEvents = ['job.completed', 'job.failed', 'job.cancelled'] as const;

/** Events about a job before its end. Only callbacks and endpoints that ask for them get them. */
export const progressEvents = ['job.started', 'job.attempt_failed'] as const;

/** Events that a callback can ask for. */
export const callbackEvents = [...endEvents, ...progressEvents] as const;

/** An event that a callback can ask for. */
export type CallbackEvent = (typeof callbackEvents)[number];
