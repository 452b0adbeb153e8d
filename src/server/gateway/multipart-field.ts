/** A field of a multipart form: its value, and where the value stands in the body. */
export type FormField = { value: string; from: number; to: number };

/** The most parts that are looked at. A form of a model API has a dozen. */
const mostParts = 256;
const longestValue = 1_024;

/**
 * Finds a text field of a multipart form (RFC 7578) without touching the rest, so that files are passed on byte for
 * byte. Returns null if the form has no such field, or if the body is no such form.
 */
export function formField(body: Buffer, contentType: string, name: string): FormField | null {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType);
  if (boundary === null) return null;
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  const end = Buffer.from(`\r\n${mark.toString()}`);
  let at = body.indexOf(mark);
  for (let part = 0; at >= 0 && part < mostParts; part++) {
    const headersFrom = at + mark.byteLength + 2;
    if (body.toString('latin1', headersFrom - 2, headersFrom) === '--') return null;
    const headersTo = body.indexOf('\r\n\r\n', headersFrom);
    if (headersTo < 0) return null;
    const from = headersTo + 4;
    const to = body.indexOf(end, headersTo + 2);
    if (to < 0) return null;
    const headers = body.toString('latin1', headersFrom, headersTo);
    if (nameOf(headers) === name && to - from <= longestValue)
      return { value: body.toString('utf8', from, Math.max(from, to)), from, to: Math.max(from, to) };
    at = to + 2;
  }
  return null;
}

function nameOf(headers: string): string | null {
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(headers)?.[1] ?? '';
  const found = /(?:^|;)\s*name=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition);
  return found === null || /filename\*?=/i.test(disposition) ? null : (found[1] ?? found[2] ?? null);
}

/** Returns the body with another value in the place of a field's. */
export function withField(body: Buffer, { from, to }: FormField, value: string): Buffer {
  return Buffer.concat([body.subarray(0, from), Buffer.from(value), body.subarray(to)]);
}
