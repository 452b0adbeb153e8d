import type { ResponseEvent } from './event-names.ts';

/** The body of an event of a model response, as OpenAI's own webhooks have it. */
export type ResponseEventBody = {
  /** Id of the event, `evt_…`, which is also the header `webhook-id`. */
  id: string;
  object: 'event';
  /** Time of the response's end, in Unix seconds. */
  created_at: number;
  type: ResponseEvent;
  /** Id of the response: `resp_` and the same UUID as the job's. */
  data: { id: string };
};
