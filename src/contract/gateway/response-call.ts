import { Refusal } from '#src/contract/shape/error-code.ts';
import { isRecord } from '#src/contract/shape/shape.ts';
import { gatewayLimits } from '#src/domain/limits.ts';

/** A request for a model response, as OpenAI's `POST /v1/responses` takes it, taken apart. */
export type ResponseCall = {
  /** The model as it was asked for, with the name of an upstream before it or not; null: the API's own default. */
  model: string | null;
  background: boolean;
  stream: boolean;
  /** What the API is sent, but for the model. */
  sent: Record<string, unknown>;
  /** The fields that a response repeats. */
  asked: Record<string, unknown>;
  metadata: Record<string, string>;
  /** Where the end is reported: a URL, or the name of an endpoint; null: nowhere but to the endpoints. */
  callback: string | null;
  /** The shape in which a callback URL hears of the end; absent: none was asked for. */
  callbackFormat?: CallbackFormat;
  /** The time in which the response must have come, from now on; null: no limit of its own. */
  deadlineSeconds: number | null;
  priority: number;
  /** False: the response is kept only as long as a reader needs that asks now and then. */
  store: boolean;
  /** JSON pointers to credentials inside `sent`, which must be sealed. */
  secrets: string[];
};

/** The key in `metadata` that names the callback. It is for Ringback, so that neither API nor reader sees it. */
export const callbackKey = 'ringback_callback';
/** The key in `metadata` that names the shape of the callback. */
const callbackFormatKey = 'ringback_callback_format';

/** The shape of a callback: the event of OpenAI's webhooks, or Ringback's own. */
export type CallbackFormat = 'openai' | 'ringback';

const windows: Readonly<Record<string, { deadlineSeconds: number | null; priority: number }>> = {
  soonest: { deadlineSeconds: null, priority: 0 },
  '2h': { deadlineSeconds: 7_200, priority: -10 },
  '8h': { deadlineSeconds: 28_800, priority: -20 },
};

/** A follow-up of an earlier response goes before others of its window. */
const followUpPriority = 5;

/** Fields of the request that are for whoever runs it in the background, which is Ringback. */
const ownFields = ['background', 'background_options', 'stream', 'metadata', 'model'];
/** Fields of the request that no response repeats, because they are long or only meant for the call. */
const unrepeated = ['input', 'inputs', 'include', 'stream_options', ...ownFields];

/** Takes a request apart. Throws `invalid_input` with the field for one that no API would take. */
export function readResponseCall(input: unknown): ResponseCall {
  if (!isRecord(input)) throw new Refusal('invalid_input', 'The request body must be a JSON object.');
  const background = flag(input, 'background');
  const stream = flag(input, 'stream');
  const model = text(input, 'model');
  const {
    [callbackKey]: callback = null,
    [callbackFormatKey]: format = null,
    ...metadata
  } = readMetadata(input.metadata);
  const rest = Object.fromEntries(Object.entries(input).filter(([key]) => !ownFields.includes(key)));
  const repeated = Object.fromEntries(Object.entries(input).filter(([key]) => !unrepeated.includes(key)));
  const { tools, secrets } = shownTools(input.tools);
  return {
    model,
    background,
    stream,
    sent: { ...rest, ...(Object.keys(metadata).length > 0 && { metadata }), ...(stream && { stream }) },
    asked: { ...repeated, model, metadata, background, ...(tools && { tools }) },
    metadata,
    callback,
    ...(format !== null && { callbackFormat: readCallbackFormat(format, `metadata.${callbackFormatKey}`) }),
    ...readWindow(input.background_options, { background, stream }),
    store: input.store === undefined || input.store === null || flag(input, 'store'),
    secrets,
  };
}

/** Returns the shape of a callback by its name. Throws `invalid_input` with the field for another name. */
export function readCallbackFormat(name: string, field: string): CallbackFormat {
  if (name === 'openai' || name === 'ringback') return name;
  throw new Refusal('invalid_input', `\`${field}\` must be openai or ringback.`, field);
}

function flag(input: Record<string, unknown>, field: string): boolean {
  const value = input[field] ?? false;
  if (typeof value === 'boolean') return value;
  throw new Refusal('invalid_input', `\`${field}\` must be true or false.`, field);
}

function text(input: Record<string, unknown>, field: string): string | null {
  const value = input[field] ?? null;
  if (value === null || (typeof value === 'string' && value !== '' && value.length <= gatewayLimits.modelLength))
    return value;
  throw new Refusal(
    'invalid_input',
    `\`${field}\` must be a text of 1 to ${gatewayLimits.modelLength} characters.`,
    field,
  );
}

function readMetadata(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw new Refusal('invalid_input', '`metadata` must be an object of texts.', 'metadata');
  const entries = Object.entries(value);
  const wrong = entries.find(([, text]) => typeof text !== 'string');
  if (wrong) throw new Refusal('invalid_input', `\`metadata.${wrong[0]}\` must be a text.`, `metadata.${wrong[0]}`);
  return Object.fromEntries(entries) as Record<string, string>;
}

function readWindow(
  options: unknown,
  { background, stream }: { background: boolean; stream: boolean },
): Pick<ResponseCall, 'deadlineSeconds' | 'priority'> {
  if (options === undefined || options === null) return { deadlineSeconds: null, priority: 0 };
  const at = 'background_options';
  if (!isRecord(options)) throw new Refusal('invalid_input', `\`${at}\` must be an object.`, at);
  const { completion_window: name = 'soonest', continuation_id: follows = null } = options;
  const window = typeof name === 'string' && Object.hasOwn(windows, name) ? windows[name] : undefined;
  if (!window) {
    const names = Object.keys(windows).join(', ');
    throw new Refusal(
      'invalid_input',
      `\`${at}.completion_window\` must be one of ${names}.`,
      `${at}.completion_window`,
    );
  }
  if (window.deadlineSeconds !== null && (!background || stream)) {
    const rule = `\`${at}.completion_window\` of ${String(name)} needs \`background: true\`, and no \`stream\`.`;
    throw new Refusal('invalid_input', rule, `${at}.completion_window`);
  }
  return { ...window, priority: window.priority + (follows === null ? 0 : followUpPriority) };
}

/** Tools that call other servers carry credentials. They are sent, and neither shown nor stored as they are. */
function shownTools(tools: unknown): { tools: unknown[] | null; secrets: string[] } {
  if (!Array.isArray(tools)) return { tools: null, secrets: [] };
  const secrets: string[] = [];
  const shown = tools.map((tool: unknown, index) => {
    if (!isRecord(tool)) return tool;
    const hidden = ['headers', 'authorization'].filter((name) => tool[name] !== undefined && tool[name] !== null);
    secrets.push(...hidden.map((name) => `/tools/${index}/${name}`));
    return Object.fromEntries(Object.entries(tool).filter(([name]) => !hidden.includes(name)));
  });
  return { tools: shown, secrets };
}
