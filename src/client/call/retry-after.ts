/**
 * Returns `Retry-After` in milliseconds from now. The header has seconds or a date (RFC 9110 §10.2.3). Undefined when
 * absent or unreadable.
 */
export function readRetryAfter(headers: Headers, nowMs: number = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = /^[A-Za-z]{3,}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
