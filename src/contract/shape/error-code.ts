/**
 * Every error code that a caller may see, with its HTTP status, a title, and advice. `docs/errors.md` is generated from
 * this table. A code never changes its meaning.
 */
export const errorCodes = {
  invalid_input: [
    400,
    'Invalid input',
    'A field has the wrong type, size or value. The message names the field and what it should be.',
  ],
  unknown_field: [
    400,
    'Unknown field',
    'The input has a field that Ringback does not know. Nothing is ever ignored: remove it or correct its name.',
  ],
  not_supported_yet: [
    400,
    'Not supported yet',
    'The field is planned but does not work yet, so it is refused rather than ignored. Remove it.',
  ],
  invalid_json: [
    400,
    'Invalid JSON',
    'The request body is not JSON, is nested deeper than 64, or holds a number that a double cannot hold. `json` takes such numbers; elsewhere send them as text.',
  ],
  invalid_text: [
    400,
    'Invalid text',
    'A string holds U+0000 or a lone surrogate, which cannot be stored, or the bytes sent are not UTF-8. Send such data as a base64 body.',
  ],
  invalid_url: [
    400,
    'Invalid URL',
    'The URL must be http(s), without user name, password or fragment, and at most 2,048 characters.',
  ],
  blocked_target: [
    400,
    'Blocked target',
    'The URL points at a private, local or metadata address, and the message names the setting that allows it; or at Ringback itself.',
  ],
  invalid_header: [
    400,
    'Invalid header',
    'A header name or value is not allowed: control characters, hop-by-hop or framing headers, or too many.',
  ],
  invalid_retry: [400, 'Invalid retry policy', 'A status pattern or strategy cannot be read. The message names it.'],
  shadowed_rule: [
    400,
    'Shadowed rule',
    'A retry rule can never match because an earlier one always does. The message names both.',
  ],
  conflicting_fields: [400, 'Conflicting fields', 'Two fields exclude each other. The message names both.'],
  body_too_large: [
    413,
    'Body too large',
    'The request body to be sent may be at most 8 MiB. A call may be at most 32 MiB for a batch, 17 MiB for one job, and 1 MiB for anything else.',
  ],
  too_many_jobs: [400, 'Too many jobs', 'A batch holds at most 1,000 jobs.'],
  unauthorized: [401, 'Unauthorized', 'No API key was given, or it is not known. Send `Authorization: Bearer rbk_…`.'],
  key_revoked: [401, 'Key revoked', 'The API key was revoked or has expired. Use another one.'],
  foreign_origin: [
    403,
    'Foreign origin',
    'A web page of another site sent this. Only programs, and pages of this Ringback, may call `/mcp`.',
  ],
  missing_scope: [403, 'Missing scope', 'The API key is valid but lacks the scope that the message names.'],
  endpoint_disabled: [
    409,
    'Endpoint disabled',
    'What is sent to a disabled endpoint would only be skipped. Enable the endpoint first.',
  ],
  no_project: [
    403,
    'In no project',
    'Whoever is signed in is a member of no project, or of none any more. An owner of one can invite them.',
  ],
  people_only: [
    403,
    'For people only',
    'The call is about an account, and an API key has none. Sign in to the dashboard.',
  ],
  operator_only: [
    403,
    'For the operator only',
    'On this Ringback, only whoever runs it may change this. The message names the command.',
  ],
  invalid_link: [
    403,
    'Invalid link',
    'The link to a result was changed, or made with an encryption key that is gone. The job, read with an API key, has a new one.',
  ],
  not_found: [404, 'Not found', 'Nothing with this id exists in the key’s project.'],
  no_route: [404, 'No such route', 'There is no such path; see docs/rest.md for those there are.'],
  method_not_allowed: [405, 'Method not allowed', 'The path exists, but not for this method.'],
  idempotency_conflict: [
    409,
    'Idempotency conflict',
    'The idempotency key was used before with a different method, URL, body or content type.',
  ],
  name_taken: [
    409,
    'Name taken',
    'An endpoint, a schedule or an upstream of the project, or a view of yours, has this name already. Choose another, or rename that one.',
  ],
  upstream_in_use: [
    409,
    'Upstream in use',
    'Jobs of the upstream have not ended, and they need its credentials. Wait for their end, or cancel them.',
  ],
  unknown_model: [
    404,
    'Unknown model',
    'No upstream has a prefix of this model, and there is no default. The message lists the upstreams there are.',
  ],
  last_owner: [409, 'Last owner', 'A project always has an owner. Make somebody else one first.'],
  already_member: [
    409,
    'Already a member',
    'Somebody with this address is a member of the project. Change the role instead.',
  ],
  not_ended: [409, 'Not ended', 'The job or delivery is still at work; wait for its end, or cancel the job first.'],
  not_revealable: [
    409,
    'Not revealable',
    'A signing secret is shown when it is made, and can be revealed once more after that. Rotate it to get a new one.',
  ],
  already_ended: [
    409,
    'Already ended',
    'The job or delivery had ended before it could be cancelled by an operation, or tried now. It stays as it is; it can be run or sent again.',
  ],
  no_result: [
    409,
    'No result',
    'The job has no response to hand out: it has not ended, was cancelled, or ended without one.',
  ],
  no_events: [409, 'No events', 'The events of the job are not kept. Submit it with `stream: true`.'],
  secrets_erased: [
    409,
    'Secrets erased',
    'A secret of the job, callback or endpoint was erased, or is not sent to another origin. Give it anew where the message says.',
  ],
  body_expired: [
    409,
    'Body expired',
    'The request body of the ended job was deleted. Run it again with edits that give it anew.',
  ],
  result_expired: [
    410,
    'Result expired',
    'The result was kept as long as asked and is gone. The job itself can still be read.',
  ],
  payload_expunged: [
    410,
    'Payload expunged',
    'What the delivery would send was deleted with the result of its job. The job can be run again.',
  ],
  stale_turn: [409, 'Stale turn', 'The turn of the run is over. Its route must do nothing more, and is entered again.'],
  run_over: [410, 'Run over', 'The run that the link belongs to has ended, or no longer waits for what was sent.'],
  rate_limited: [429, 'Rate limited', 'Too many requests. Wait as long as `Retry-After` says.'],
  quota_exceeded: [
    429,
    'Quota exceeded',
    'The project has a quota, and it is used up. Nothing was stored. The message names the quota, its limit and where it stands; send it again when `Retry-After` is over, or have the quota raised.',
  ],
  unavailable: [
    503,
    'Unavailable',
    'The database cannot be reached just now. What was sent is not confirmed: send it again, with the same idempotency key.',
  ],
  internal: [500, 'Internal error', 'Something went wrong on our side and was logged under the request id.'],
} as const satisfies Record<string, readonly [status: number, title: string, help: string]>;

/** A stable error code; see `errorCodes`. */
export type ErrorCode = keyof typeof errorCodes;

/** A refusal in an answer. `field` is the path of the wrong input, if there is one. */
export type ErrorBody = { code: ErrorCode; message: string; field?: string };

const longestMessage = 2_000;
const longestField = 300;

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
}

/** A refusal that a caller can act on. Any other thrown error is a bug or an outage and shows as `internal`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly field: string | undefined;

  /** `message` and `field` may quote what the caller sent. They are cut, so that an answer is not as long as the input. */
  constructor(code: ErrorCode, message: string, field?: string) {
    super(cut(message, longestMessage));
    this.code = code;
    this.field = field === undefined ? undefined : cut(field, longestField);
  }

  toBody(): ErrorBody {
    return { code: this.code, message: this.message, ...(this.field === undefined ? {} : { field: this.field }) };
  }
}
