import type { JobErrorCode } from '#src/domain/decide/decision.ts';
import { connectionErrorCodes } from '#src/domain/decide/outcome.ts';

/**
 * Words that the filter `status` takes besides numbers, each with the codes of `error` or `lastFailure` that it finds. A
 * code finds itself; `connection_error` finds all failures of the connection.
 */
export const failureWords = {
  timeout: ['timeout'],
  blocked: ['blocked_target'],
  connection_error: connectionErrorCodes,
  interrupted: ['worker_lost'],
  bad_status: ['bad_status'],
  dns_error: ['dns_error'],
  connection_refused: ['connection_refused'],
  connection_reset: ['connection_reset'],
  network_unreachable: ['network_unreachable'],
  tls_certificate: ['tls_certificate'],
  tls_error: ['tls_error'],
  http_invalid: ['http_invalid'],
  too_many_redirects: ['too_many_redirects'],
  blocked_target: ['blocked_target'],
  invalid_request: ['invalid_request'],
  upstream_gone: ['upstream_gone'],
  response_too_large: ['response_too_large'],
  rate_limit_wait_too_long: ['rate_limit_wait_too_long'],
  deadline_exceeded: ['deadline_exceeded'],
  worker_lost: ['worker_lost'],
  unstorable: ['unstorable'],
} as const satisfies Record<JobErrorCode, readonly JobErrorCode[]> & Record<string, readonly JobErrorCode[]>;

/** A word of the filter `status`; see `failureWords`. */
export type FailureWord = keyof typeof failureWords;
