import { createHmac, randomBytes } from 'node:crypto';
import { CommandError, exitCodes } from '#src/command/command-error.ts';
import { type ConnectionOptions, findConnection, findWebhookSecret, httpUrl } from '#src/command/find-connection.ts';
import type { Triggered } from '#src/contract/endpoint/listener.ts';
import { eventSamples, sampleEvent } from '#src/contract/event/event-samples.ts';
import type { EventType } from '#src/contract/event/events.ts';
import { sentence } from '#src/domain/decide/outcome-text.ts';
import { formatId } from '#src/domain/text/id.ts';
import {
  decodeSecret,
  formatSignatures,
  signedContent,
  webhookIdHeader,
  webhookSignatureHeader,
  webhookTimestampHeader,
} from '#src/domain/text/signature.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { forward, type Webhook } from './listen-forward.ts';
import { eventLine, eventRecord } from './listen-line.ts';
import { refused, whyUnreachable } from './listen-stream.ts';
import { checkSecret, noteOnSecret } from './trigger-secret.ts';

export type TriggerOptions = ConnectionOptions &
  Readonly<{ to?: string | undefined; secret?: string | undefined; endpoint?: string | undefined; json?: boolean }>;

const eventTypes = Object.keys(eventSamples) as EventType[];

/** Sends a sample event. Returns false when the receiver did not answer with 2xx. */
export async function trigger(type: string, options: TriggerOptions, print: (line: string) => void): Promise<boolean> {
  const known = eventTypes.find((one) => one === type);
  if (!known) throw new CommandError(`There is no event "${type}". There are ${eventTypes.join(', ')}.`);
  if (options.to === undefined) return throughServer(known, options, print);
  if (options.endpoint !== undefined) throw new CommandError('Give either --to or --endpoint, not both.');
  const target = httpUrl(options.to, '--to');
  const at = new Date();
  const found = await findWebhookSecret(options.secret);
  checkSecret(found);
  const webhook = signedSample(known, found.secret, at);
  const forwarded = await forward(target, webhook, new AbortController().signal);
  if (!options.json) print(eventLine(at, webhook, forwarded));
  const note = await noteOnSecret(found, options);
  if (options.json) print(JSON.stringify(eventRecord(at, webhook, forwarded, note ?? '')));
  else if (note !== null) print(note);
  return forwarded.status >= 200 && forwarded.status <= 299;
}

function signedSample(type: EventType, secret: string, at: Date): Webhook {
  const body = Buffer.from(JSON.stringify(sampleEvent(type, at.toISOString())));
  const id = formatId('evt', uuidV7(at.getTime(), randomBytes(16)));
  const timestamp = Math.floor(at.getTime() / 1000);
  const key = decodeSecret(secret) ?? new Uint8Array();
  const signature = createHmac('sha256', key)
    .update(signedContent(id, timestamp, body))
    .digest('base64');
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'ringback/1.0',
    [webhookIdHeader]: id,
    [webhookTimestampHeader]: String(timestamp),
    [webhookSignatureHeader]: formatSignatures([{ version: 'v1', signature }]),
  };
  return { headers, body };
}

async function throughServer(
  type: EventType,
  { endpoint, json, ...options }: TriggerOptions,
  print: (line: string) => void,
): Promise<boolean> {
  const { url, apiKey } = await findConnection(options);
  const response = await fetch(`${url}/v1/listeners/trigger`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type, endpoint }),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw new CommandError(sentence(`Cannot trigger: ${whyUnreachable(error, url)}`), exitCodes.away);
  });
  if (!response.ok) throw new CommandError(sentence(`Cannot trigger: ${await refused(response, url)}`));
  const triggered = (await response.json()) as Triggered;
  if (json) {
    print(JSON.stringify(triggered));
    return true;
  }
  const { eventId, deliveries } = triggered;
  const skipped = (state: string) => (state === 'skipped' ? ' (switched off: kept, not sent)' : '');
  print(`${type} ${eventId} to ${deliveries.map((one) => one.endpoint + skipped(one.state)).join(', ')}`);
  return true;
}
