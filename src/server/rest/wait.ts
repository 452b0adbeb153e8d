import { Refusal } from '#src/contract/shape/error-code.ts';
import { limits } from '#src/domain/limits.ts';

/** `?wait=N`: whole seconds up to 60; null when absent. */
export function parseWait(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d{1,2}$/.test(text) && Number(text) <= limits.preferWaitSeconds) return Number(text);
  throw new Refusal('invalid_input', `wait must be whole seconds from 0 to ${limits.preferWaitSeconds}`, 'wait');
}

/** `Prefer: wait=N` (RFC 7240 §4.3). A preference is a wish: what is not understood is ignored, what is too long is cut. */
export function preferWait(header: string | undefined): number | null {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec(header ?? '')?.[1];
  return seconds === undefined ? null : Math.min(limits.preferWaitSeconds, Number(seconds));
}
