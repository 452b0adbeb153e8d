/** A target's host, and what follows it, for showing them in two weights. Masked values stay as they are. */
export function urlParts(url: string): { host: string; rest: string } {
  const match = /^[a-z]+:\/\/([^/?#]*)(.*)$/i.exec(url);
  if (!match) return { host: url, rest: '' };
  const [, host = '', rest = ''] = match;
  return { host, rest: rest === '/' ? '' : rest };
}
