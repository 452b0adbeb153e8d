export type { SubmitManyInput, SubmitManyResult } from '#src/contract/batch.ts';
export type { ErrorBody, ErrorCode } from '#src/contract/error-code.ts';
export type { FailedAttempt } from '#src/contract/events.ts';
export type {
  Attempt,
  BodyView,
  CallbackView,
  Delivery,
  Job,
  JobAttempts,
  JobPage,
  JobResult,
  JobSummary,
  SubmittedJob,
} from '#src/contract/job.ts';
export type { CallbackEvent } from '#src/contract/limits.ts';
export type { ListInput } from '#src/contract/list.ts';
export type {
  BackoffFields,
  BackoffRule,
  Duration,
  HeadersRule,
  ListedRetryRule,
  RetryInput,
  RetryRule,
  RetryRules,
} from '#src/contract/retry-input.ts';
export type { CallbackInput, RedactInput, SubmitInput } from '#src/contract/submit-input.ts';
export type { Decision, JobError, JobErrorCode } from '#src/domain/decision.ts';
export type { DeliveryState, JobState } from '#src/domain/job-state.ts';
export type { RedactedString } from '#src/domain/redacted-string.ts';
export type { AppRouter } from '#src/server/router.ts';
export type { CallbackAnswer, CallbackAnswerCode } from './callback-answer.ts';
export {
  type CallbackErrorCode,
  CallbackVerificationError,
  type JobAttemptFailedEvent,
  type JobCancelledEvent,
  type JobCompletedEvent,
  type JobEvent,
  type JobFailedEvent,
  type JobProgressEvent,
  type JobStartedEvent,
  type OperatorEvent,
  type RingbackEvent,
} from './callback-event.ts';
export type { ByteStream, CallbackHeaders, CallbackRequest, NodeCallbackRequest } from './callback-request.ts';
export type { RingbackOptions } from './connection.ts';
export { type CallOptions, createRingback, type Ringback, type SubmitManyEntry } from './create-ringback.ts';
export { type ClientErrorCode, JobFailedError, RingbackError } from './errors.ts';
export { expressHandler, type NodeResponse } from './express-handler.ts';
export {
  type FastifyApp,
  type FastifyCallbackReply,
  type FastifyCallbackRequest,
  fastifyPlugin,
} from './fastify-plugin.ts';
export { type CallbackHandlers, handleCallback, type ReceiveOptions } from './handle-callback.ts';
export { type HonoContext, honoHandler } from './hono-handler.ts';
export { type MemoryStoreOptions, memoryStore } from './memory-store.ts';
export { nextRoute } from './next-route.ts';
export { redactString } from './redact-string.ts';
export type {
  BackgroundFetchOptions,
  BackgroundFetchPolicy,
  BackgroundFetchResponse,
  BackgroundFetchTimeout,
  RunIo,
} from './run.ts';
export type { SeenClaim, SeenStore } from './seen-store.ts';
export type { CallbackOptions, HeadersLike, HeaderValue, SubmitRequest } from './submit-request.ts';
export type { RingbackTrpc } from './trpc-client.ts';
export { type VerifyOptions, verifyCallback } from './verify-callback.ts';
export type { WaitOptions } from './wait-for-job.ts';
export type { SecretList, WebhookSecrets } from './webhook-secrets.ts';
