/**
 * Splits a reason into a sentence and the cure at its end. The cure is a whole setting that includes what is allowed
 * now, because a new value replaces the old one.
 */
export function cureIn(reason: string, allowed: readonly string[]): { sentence: string; setting: string | null } {
  const found = /^(.*?)\.? To allow it, set (RINGBACK_EGRESS_ALLOW)=(\S+?)\.?$/.exec(reason);
  if (!found) return { sentence: reason, setting: null };
  const [, sentence = '', name = '', rule = ''] = found;
  return { sentence: `${sentence}.`, setting: `${name}=${[...allowed, rule].join(',')}` };
}
