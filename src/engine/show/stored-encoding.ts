import { asksForEncoding, contentCodings, decodable } from '#src/domain/text/content-coding.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';

/**
 * Returns the content encoding that the stored bytes of a result have; null if they have none. Bytes keep their encoding
 * if the caller asked for one, or if it is none that is decoded. A body that is not what its encoding says has none, and
 * neither has one that was masked.
 */
export function storedEncoding(row: FullJobRow): string | null {
  const codings = contentCodings(row.result_headers ?? []);
  if (codings.length === 0 || row.options.redact.response.length > 0 || row.result_body?.byteLength === 0) return null;
  const kept = asksForEncoding(row.headers) || decodable(codings) === null;
  return kept && codings.every((coding) => /^[\w.-]+$/.test(coding)) ? codings.join(', ') : null;
}
