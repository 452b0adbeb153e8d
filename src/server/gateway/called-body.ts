import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord } from '#src/contract/shape/shape.ts';
import { gatewayLimits } from '#src/domain/limits.ts';
import { parseExactJson } from '#src/domain/text/exact-json.ts';
import { utf8Text } from '#src/server/http/wire.ts';
import { formField, withField } from './multipart-field.ts';

/** The body of a call to a model API, as far as a gateway needs to know it. */
export type CalledBody = {
  /** The model as it was asked for; null: none was. */
  model: string | null;
  /** True if the answer is to be a stream of events. */
  stream: boolean;
  /** True if speech is to come as events. */
  streamsSpeech: boolean;
  contentType: string;
  /** Returns the body with the name of another model. Everything else in it stays as it was sent. */
  withModel(model: string | null): Uint8Array;
};

/** Reads the body of a call: JSON, or a multipart form. Throws `invalid_json` or `invalid_input`. */
export function calledBody(body: Buffer, contentType: string | undefined): CalledBody {
  if (contentType !== undefined && /^multipart\/form-data\b/i.test(contentType)) return calledForm(body, contentType);
  let input: unknown;
  try {
    input = parseExactJson(utf8Text(body));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('invalid_json', `the request body is not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(input)) throw new Refusal('invalid_input', 'The request body must be a JSON object.');
  const { model = null, stream = false, stream_format: format } = input;
  if (model !== null && (typeof model !== 'string' || model === '' || model.length > gatewayLimits.modelLength))
    throw new Refusal(
      'invalid_input',
      `\`model\` must be a text of 1 to ${gatewayLimits.modelLength} characters.`,
      'model',
    );
  return {
    model,
    stream: stream === true,
    streamsSpeech: format === 'sse',
    contentType: 'application/json',
    withModel: (named) => (named === model ? body : Buffer.from(JSON.stringify({ ...input, model: named }))),
  };
}

function calledForm(body: Buffer, contentType: string): CalledBody {
  const model = formField(body, contentType, 'model');
  return {
    model: model?.value ?? null,
    stream: formField(body, contentType, 'stream')?.value === 'true',
    streamsSpeech: false,
    contentType,
    withModel: (named) =>
      model === null || named === null || named === model.value ? body : withField(body, model, named),
  };
}
