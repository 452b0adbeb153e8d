import { StartError } from '#src/cli/start-error.ts';
import type { Triggered } from '#src/contract/endpoint/listener.ts';
import { sampleEvent } from '#src/contract/event/event-samples.ts';
import { eventTypes } from '#src/contract/event/event-schemas.ts';
import type { EventType } from '#src/contract/event/events.ts';
import { sentence } from '#src/domain/decide/outcome-text.ts';
import { formatId } from '#src/domain/text/id.ts';
import {
  formatSignatures,
  signedContent,
  webhookIdHeader,
  webhookSignatureHeader,
  webhookTimestampHeader,
} from '#src/domain/text/signature.ts';
import { signerOf } from '#src/engine/deliver/signer.ts';
import { newId } from '#src/engine/new-id.ts';
import { type ConnectionOptions, findConnection, findWebhookSecret, httpUrl } from './listen-connection.ts';
import { forward, type Webhook } from './listen-forward.ts';
import { eventLine } from './listen-line.ts';
import { refused, whyUnreachable } from './listen-stream.ts';
import { checkSecret, noteOnSecret } from './trigger-secret.ts';

export type TriggerOptions = ConnectionOptions &
  Readonly<{ to?: string | undefined; secret?: string | undefined; endpoint?: string | undefined }>;

/**
 * Runs `ringback trigger`: sends a sample event straight to a URL, or through the server to the listeners or an
 * endpoint.
 */
export async function triggerCommand(type: string, options: TriggerOptions): Promise<void> {
  const done = await trigger(type, options, (line) => console.log(line));
  process.exitCode = done ? 0 : 1;
}

/** Sends a sample event. Returns false when the receiver did not answer with 2xx. */
export async function trigger(type: string, options: TriggerOptions, print: (line: string) => void): Promise<boolean> {
  const known = eventTypes.find((one) => one === type);
  if (!known) throw new StartError(`There is no event "${type}". There are ${eventTypes.join(', ')}.`);
  if (options.to === undefined) return throughServer(known, options, print);
  if (options.endpoint !== undefined) throw new StartError('Give either --to or --endpoint, not both.');
  const target = httpUrl(options.to, '--to');
  const at = new Date();
  const found = await findWebhookSecret(options.secret);
  checkSecret(found);
  const webhook = signedSample(known, found.secret, at);
  const forwarded = await forward(target, webhook, new AbortController().signal);
  print(eventLine(at, webhook, forwarded));
  const note = await noteOnSecret(found, options);
  if (note !== null) print(note);
  return forwarded.status >= 200 && forwarded.status <= 299;
}

function signedSample(type: EventType, secret: string, at: Date): Webhook {
  const body = Buffer.from(JSON.stringify(sampleEvent(type, at.toISOString())));
  const id = formatId('evt', newId(at.getTime()));
  const timestamp = Math.floor(at.getTime() / 1000);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'ringback/1.0',
    [webhookIdHeader]: id,
    [webhookTimestampHeader]: String(timestamp),
    [webhookSignatureHeader]: formatSignatures([signerOf('v1', secret)(signedContent(id, timestamp, body))]),
  };
  return { headers, body };
}

async function throughServer(
  type: EventType,
  { endpoint, ...options }: TriggerOptions,
  print: (line: string) => void,
): Promise<boolean> {
  const { url, apiKey } = await findConnection(options);
  const response = await fetch(`${url}/v1/listeners/trigger`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type, endpoint }),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw new StartError(sentence(`Cannot trigger: ${whyUnreachable(error, url)}`));
  });
  if (!response.ok) throw new StartError(sentence(`Cannot trigger: ${await refused(response, url)}`));
  const { eventId, deliveries } = (await response.json()) as Triggered;
  const skipped = (state: string) => (state === 'skipped' ? ' (switched off: kept, not sent)' : '');
  print(`${type} ${eventId} to ${deliveries.map((one) => one.endpoint + skipped(one.state)).join(', ')}`);
  return true;
}
