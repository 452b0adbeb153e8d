/** Events about the end of a job, which is told when nothing else is asked for; exactly one of them per job and receiver. */
export const endEvents = ['job.completed', 'job.failed', 'job.cancelled'] as const;

/** Events about a job on its way to its end: only for those who ask for them. */
export const progressEvents = ['job.started', 'job.attempt_failed'] as const;

/** Events a callback can ask for. */
export const callbackEvents = [...endEvents, ...progressEvents] as const;

/** An event of a callback. */
export type CallbackEvent = (typeof callbackEvents)[number];
