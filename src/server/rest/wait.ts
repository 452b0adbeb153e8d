import { Refusal } from '#src/contract/shape/error-code.ts';
import { limits } from '#src/domain/limits.ts';

/** Parses `?wait=N`: whole seconds up to 60. Returns null when it is absent. */
export function parseWait(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d{1,2}$/.test(text) && Number(text) <= limits.preferWaitSeconds) return Number(text);
  throw new Refusal('invalid_input', `wait must be whole seconds from 0 to ${limits.preferWaitSeconds}`, 'wait');
}

/**
 * Parses `Prefer: wait=N` (RFC 7240 §4.3). The header is only a preference: an invalid value is ignored, and a value
 * that is too large is reduced to the limit.
 */
export function preferWait(header: string | undefined): number | null {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(header ?? '')?.[1];
  return seconds === undefined ? null : Math.min(limits.preferWaitSeconds, Number(seconds));
}
