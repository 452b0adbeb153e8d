import { createHmac } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';

export const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const otherSecret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

export type Signed = { headers: Record<string, string>; body: string };

/** The text of a callback of the given type. Not all of it is ASCII. */
export function eventText(type = 'job.completed', extra: object = {}): string {
  const data = { id: 'job_1', state: type.slice('job.'.length), metadata: 'Grüße, 你好 🌍' };
  return JSON.stringify({ type, timestamp: new Date().toISOString(), data, ...extra });
}

export type SignOptions = { id?: string; by?: string; ageSeconds?: number };

/** A callback signed now, or so many seconds ago, with nothing but node:crypto. */
export function sign(body: string, { id = 'evt_1', by = secret, ageSeconds = 0 }: SignOptions = {}): Signed {
  const timestamp = Math.floor(Date.now() / 1_000) - ageSeconds;
  const key = Buffer.from(by.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
  return { headers, body };
}

/** The same, signed by other people's code. */
export const oracles: [name: string, sign: (body: string, id: string) => Signed][] = [
  ['standardwebhooks', (body, id) => signBy(new StandardWebhook(secret), body, id)],
  ['svix', (body, id) => signBy(new SvixWebhook(secret), body, id)],
];

type Oracle = {
  sign(id: string, at: Date, body: string): string;
  verify(body: string, headers: Record<string, string>): unknown;
};

function signBy(oracle: Oracle, body: string, id: string): Signed {
  const at = new Date();
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': oracle.sign(id, at, body),
  };
  return { headers, body };
}

/** Throws unless other people's code takes the callback too. */
export function checkByOracles({ headers, body }: Signed): void {
  for (const oracle of [new StandardWebhook(secret), new SvixWebhook(secret)]) oracle.verify(body, headers);
}

/** Posts a callback; answers the status, and the code where there is one. */
export async function post(url: string, { headers, body }: Signed): Promise<{ status: number; code?: string }> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const text = await response.text();
  if (text === '') return { status: response.status };
  return { status: response.status, code: (JSON.parse(text) as { code: string }).code };
}
