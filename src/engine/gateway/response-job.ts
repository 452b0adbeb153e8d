import type { ResponseCall } from '#src/contract/gateway/response-call.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { refuse } from '#src/contract/shape/shape.ts';
import { inputOfFreddy, inputsOfResponse } from '#src/domain/gateway/freddy.ts';
import { gatewayLimits, limits } from '#src/domain/limits.ts';

/** The parts of an upstream that a call needs. */
export type CalledUpstream = {
  name: string;
  format: 'openai' | 'anthropic' | 'freddy' | 'none';
  /** The model as the API knows it; null: the API's own default. */
  model: string | null;
};

/** What a model response is made with: the request to its API, and how the job is made. */
export type ResponseJob = {
  path: string;
  body: Uint8Array;
  resultTtlSeconds: number;
  /** Other fields of the submission. */
  more: object;
};

/** Returns what makes a model response. Throws `invalid_input` for a call that the upstream cannot take. */
export function responseJob(call: ResponseCall, upstream: CalledUpstream): ResponseJob {
  const { metadata, deadlineSeconds, priority, secrets } = call;
  const hasMetadata = Object.keys(metadata).length > 0 && JSON.stringify(metadata).length <= limits.metadataBytes / 3;
  return {
    path: pathOf(upstream),
    body: Buffer.from(JSON.stringify(sentBody(call, upstream))),
    resultTtlSeconds: call.store ? gatewayLimits.keptSeconds : gatewayLimits.unstoredSeconds,
    more: {
      priority,
      ...(deadlineSeconds !== null && { deadlineSeconds }),
      ...(hasMetadata && { metadata }),
      ...(secrets.length > 0 && { redact: { body: secrets } }),
    },
  };
}

function pathOf({ name, format }: CalledUpstream): string {
  if (format === 'openai') return '/responses';
  if (format === 'freddy') return '/model/response';
  const message = `the upstream "${name}" has the format ${format}, which makes no model responses; use /v1/proxy/${name}/… for its own routes, or set its format to openai`;
  throw new Refusal('invalid_input', message, 'model');
}

/** Returns the body that the upstream is sent. Texts of Freddy's form become OpenAI's, and the other way round. */
function sentBody({ sent }: ResponseCall, { format, model }: CalledUpstream): object {
  const { inputs, input, ...rest } = sent;
  const named = model === null ? rest : { model, ...rest };
  if (format === 'freddy') {
    const texts = inputs ?? inputsOfResponse(input);
    if (texts === null)
      throw refuse('invalid_input', 'input', 'must be texts only, because the upstream takes no other.');
    return { ...named, inputs: texts };
  }
  if (inputs === undefined) return input === undefined ? named : { ...named, input };
  const items = inputOfFreddy(inputs);
  if (items === null) throw refuse('invalid_input', 'inputs', 'must be a list of `{ role, texts: [{ text }] }`.');
  return { ...named, input: items };
}
