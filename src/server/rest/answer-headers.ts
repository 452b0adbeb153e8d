/** The headers of REST answers, each with its meaning. Every answer also has `x-request-id`. */
export const answerHeaders = {
  location: 'The URL of what was made.',
  'retry-after': 'Seconds after which it is worth asking again; only while the job has not ended.',
  'preference-applied': 'The wait that was asked for: `wait=25`.',
  'idempotent-replayed': '`true` when the idempotency key led to a job that was there before.',
  'ringback-result-status': 'The status of the response.',
  'ringback-result-truncated': '`true` when the response was longer than the limit and only its beginning was kept.',
  'ringback-export-limit': 'How many jobs a file holds at most.',
  'content-disposition': 'The bytes are an attachment.',
} as const;

/** The name of a header of an answer. */
export type AnswerHeader = keyof typeof answerHeaders;
