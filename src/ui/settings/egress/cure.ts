/**
 * A reason without the cure at its end, and the cure as a whole setting: a new value replaces the old one, so that what is
 * allowed now is kept in it.
 */
export function cureIn(reason: string, allowed: readonly string[]): { sentence: string; setting: string | null } {
  const found = /^(.*?)\.? To allow it, set (RINGBACK_EGRESS_ALLOW)=(\S+?)\.?$/.exec(reason);
  if (!found) return { sentence: reason, setting: null };
  const [, sentence = '', name = '', rule = ''] = found;
  return { sentence: `${sentence}.`, setting: `${name}=${[...allowed, rule].join(',')}` };
}
