/**
 * Returns a target's host and the rest of its URL, which are shown in two font weights. Masked values stay as they are.
 */
export function urlParts(url: string): { host: string; rest: string } {
  const match = /^[a-z]+:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (!match) return { host: url, rest: '' };
  const [, host = '', rest = ''] = match;
  return { host, rest: rest === '/' ? '' : rest };
}
