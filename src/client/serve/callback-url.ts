import { encodeBase64 } from '#src/client/call/bytes.ts';
import type { RunEntry } from '#src/contract/run/run-turn.ts';

/** Returns the callback URL of a key: the beginning, the key in base64url, and its HMAC-SHA256 with the run's secret. */
export async function callbackUrlOf(
  { callbackUrl, callbackSecret }: Pick<Extract<RunEntry, { state: 'entered' }>, 'callbackUrl' | 'callbackSecret'>,
  key: string,
): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const secret = await crypto.subtle.importKey('raw', encoder.encode(callbackSecret), algorithm, false, ['sign']);
  const mac = await crypto.subtle.sign('HMAC', secret, encoder.encode(key));
  return `${callbackUrl}${toBase64Url(encoder.encode(key))}.${toBase64Url(new Uint8Array(mac))}`;
}

function toBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
