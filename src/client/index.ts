export type { RingbackOptions } from '#src/client/call/connection.ts';
export { type ClientErrorCode, JobFailedError, RingbackError } from '#src/client/call/errors.ts';
export type { RingbackTrpc } from '#src/client/call/trpc-client.ts';
export type { CallbackAnswer, CallbackAnswerCode } from '#src/client/callback/callback-answer.ts';
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
} from '#src/client/callback/callback-event.ts';
export type {
  ByteStream,
  CallbackHeaders,
  CallbackRequest,
  NodeCallbackRequest,
} from '#src/client/callback/callback-request.ts';
export { type CallbackHandlers, handleCallback, type ReceiveOptions } from '#src/client/callback/handle-callback.ts';
export type { KeyPage } from '#src/client/callback/key-page.ts';
export { type MemoryStoreOptions, memoryStore } from '#src/client/callback/memory-store.ts';
export type { SeenClaim, SeenStore } from '#src/client/callback/seen-store.ts';
export { type VerifyOptions, verifyCallback } from '#src/client/callback/verify-callback.ts';
export type { SecretList, WebhookSecrets } from '#src/client/callback/webhook-secrets.ts';
export type { CapturedCall, CaptureFetch, CaptureOptions, Resumable } from '#src/client/capture/capture-types.ts';
export type { EndpointCalls, EndpointChanges, EndpointRequest } from '#src/client/endpoint/endpoint-calls.ts';
export type {
  FetchCallOptions,
  FetchInput,
  FetchOptions,
  PlainFetch,
  RingbackFetch,
  RingbackRequestInit,
} from '#src/client/fetch/fetch-types.ts';
export type { BackgroundFetchResponse } from '#src/client/job/background-fetches.ts';
export type {
  BackgroundFetchOptions,
  BackgroundFetchPolicy,
  BackgroundFetchTimeout,
  CacheKey,
} from '#src/client/job/background-request.ts';
export type { BackgroundFetchRule, BackgroundFetchRules } from '#src/client/job/background-rules.ts';
export type { StepOptions } from '#src/client/job/do-step.ts';
export type { CallOptions } from '#src/client/job/job-calls.ts';
export type { EventsOptions, StreamedEvent } from '#src/client/job/job-events.ts';
export { redactString } from '#src/client/job/redact-string.ts';
export type { RunIo } from '#src/client/job/run.ts';
export type { RunRequests, StartOptions } from '#src/client/job/run-requests.ts';
export type { SimulateOptions } from '#src/client/job/simulate-policy.ts';
export type {
  CallbackOptions,
  HeadersLike,
  HeaderValue,
  SubmitEdits,
  SubmitRequest,
} from '#src/client/job/submit-request.ts';
export type { WaitOptions } from '#src/client/job/wait-for-job.ts';
export { expressHandler, type NodeResponse } from '#src/client/route/express-handler.ts';
export {
  type FastifyApp,
  type FastifyCallbackReply,
  type FastifyCallbackRequest,
  fastifyPlugin,
} from '#src/client/route/fastify-plugin.ts';
export { type HonoContext, honoHandler } from '#src/client/route/hono-handler.ts';
export { nextRoute } from '#src/client/route/next-route.ts';
export type {
  ScheduleChanges,
  ScheduleRequest,
  Schedules,
  TemplateRequest,
} from '#src/client/schedule/schedule-calls.ts';
export { serve } from '#src/client/serve/serve.ts';
export type {
  CallbackWaitOptions,
  ServedFetch,
  ServedIo,
  ServeHandler,
  ServeOptions,
} from '#src/client/serve/serve-types.ts';
export type { UpstreamCalls, UpstreamChanges, UpstreamRequest } from '#src/client/upstream/upstream-calls.ts';
export type { CallbackEvent } from '#src/contract/event/event-names.ts';
export type { FailedAttempt } from '#src/contract/event/events.ts';
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
} from '#src/contract/job/job.ts';
export type { ListInput } from '#src/contract/job/job-filter-input.ts';
export type {
  Run,
  RunDetail,
  RunError,
  RunListInput,
  RunPage,
  RunState,
  RunStepView,
  RunSummary,
  RunTurn,
  StartedRun,
} from '#src/contract/run/run-view.ts';
export type {
  Schedule,
  ScheduleListInput,
  SchedulePage,
  SchedulePreview,
  ScheduleSummary,
} from '#src/contract/schedule/schedule.ts';
export type { SchedulePreviewInput } from '#src/contract/schedule/schedule-input.ts';
export type { ErrorBody, ErrorCode } from '#src/contract/shape/error-code.ts';
export type { SimulateAnswer, SimulatedAttempt, SimulatedOutcome } from '#src/contract/simulate/simulation.ts';
export type { SubmitManyInput, SubmitManyResult } from '#src/contract/submit/batch.ts';
export type {
  BackoffFields,
  BackoffRule,
  Duration,
  HeadersRule,
  ListedRetryRule,
  RetryInput,
  RetryRule,
  RetryRules,
} from '#src/contract/submit/retry-input.ts';
export type { CallbackInput, RedactInput, SubmitInput } from '#src/contract/submit/submit-input.ts';
export type {
  UpdatedUpstream,
  Upstream,
  UpstreamFlow,
  UpstreamFormat,
  UpstreamTest,
} from '#src/contract/upstream/upstream.ts';
export type { UpstreamFlowInput } from '#src/contract/upstream/upstream-input.ts';
export type { Decision, JobError, JobErrorCode } from '#src/domain/decide/decision.ts';
export type { DeliveryState, JobState } from '#src/domain/decide/job-state.ts';
export type { RedactedString } from '#src/domain/redact/redacted-string.ts';
export type { AppRouter } from '#src/server/router.ts';
export { type CreateFetchOptions, createFetch, readyFetch as fetch } from './create-fetch.ts';
export { type CreateRingbackOptions, createRingback, type Ringback, type SubmitManyEntry } from './create-ringback.ts';
