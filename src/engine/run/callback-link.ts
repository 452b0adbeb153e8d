import { formatId, parseId } from '#src/domain/text/id.ts';

/** The path of callback URLs. */
export const callbacksPath = '/v1/callbacks/';

/** Returns the beginning of a run's callback URLs. The key in base64url, a dot and its signature follow. */
export function callbackStart(publicUrl: string, runId: string): string {
  return `${publicUrl}${callbacksPath}${formatId('run', runId)}.`;
}

/** Reads the last part of a callback URL. Returns null if it is none. The signature is not checked yet. */
export function readCallbackLink(text: string): { runId: string; key: string; mac: string } | null {
  const [, id = '', encoded = '', mac = ''] = /^(run_[0-9a-z]{26})\.([\w-]{1,1200})\.([\w-]{43})$/.exec(text) ?? [];
  const runId = parseId('run', id);
  if (runId === null) return null;
  return { runId, key: Buffer.from(encoded, 'base64url').toString('utf8'), mac };
}
