import type { NewModelCall } from '#src/store/job/model-calls.ts';

/** What makes a job the call of a gateway: the gateway's name, and what it keeps of the call. */
export type GatewayCall = {
  gateway: string;
  call: NewModelCall;
  /** The shape in which the callback URL of a model response hears of its end; absent: Ringback's own. */
  callbackFormat?: 'openai';
};
