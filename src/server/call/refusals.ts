import { TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { issueWords } from '#src/contract/shape/issue-words.ts';
import { readLimits } from '#src/domain/limits.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';

/**
 * Returns the refusal that a caller sees for any thrown error. Refusals stay as they are. Wrong input names its field.
 * An unreachable database is `unavailable`. All other errors are `internal` without details, since error texts can
 * contain secrets.
 */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ZodError) return fromZod(error);
  if (error instanceof TRPCError) {
    if (error.cause instanceof Refusal || error.cause instanceof ZodError) return asRefusal(error.cause);
    return fromTrpc(error);
  }
  if (sqlErrorKind(error) === 'again') return new Refusal('unavailable', 'the database cannot be reached just now');
  return new Refusal('internal', 'something went wrong on our side; it was logged under the request id');
}

export function fromZod(error: ZodError): Refusal {
  const issue = error.issues[0];
  if (!issue) return new Refusal('invalid_input', 'the input is not valid');
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const field = [path, issue.keys[0]].filter(Boolean).join('.');
    return new Refusal('unknown_field', `\`${field}\` is not a known field. Remove it or correct its name.`, field);
  }
  const name = path === '' ? 'The input' : `\`${path}\``;
  return new Refusal('invalid_input', `${name} ${issueWords(issue)}.`, path || undefined);
}

// tRPC reports this only in its message, without the allowed number.
const batchTooLong = /^Batch call exceeds/;
const tooManyCalls = `a batch may hold at most ${readLimits.callsAtOnce} calls`;

function fromTrpc(error: TRPCError): Refusal {
  if (error.cause instanceof SyntaxError) return new Refusal('invalid_json', 'the request body is not JSON');
  switch (error.code) {
    case 'PARSE_ERROR':
      return new Refusal('invalid_json', 'the request body is not JSON');
    case 'BAD_REQUEST':
      return new Refusal('invalid_input', batchTooLong.test(error.message) ? tooManyCalls : error.message);
    case 'NOT_FOUND':
      return new Refusal('no_route', error.message);
    case 'METHOD_NOT_SUPPORTED':
      return new Refusal('method_not_allowed', error.message);
    case 'PAYLOAD_TOO_LARGE':
      return new Refusal('body_too_large', 'the request is larger than 32 MiB');
    case 'UNSUPPORTED_MEDIA_TYPE':
      return new Refusal('invalid_input', 'send the input as application/json');
    // These two are made of other errors, which say what it was.
    case 'INTERNAL_SERVER_ERROR':
    case 'SERVICE_UNAVAILABLE':
      return error.cause === undefined
        ? new Refusal('internal', 'something went wrong on our side; it was logged under the request id')
        : asRefusal(error.cause);
    default:
      return new Refusal('internal', 'something went wrong on our side; it was logged under the request id');
  }
}
