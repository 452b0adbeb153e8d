import type { HeadersInput, SubmitInput } from '#src/contract/submit/submit-input.ts';
import { mask, secretParameters } from '#src/domain/redact/redact.ts';
import { restoreQuery } from '#src/domain/redact/restore-masked.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import type { ReceiverSecrets } from '#src/store/seal/sealed-parts.ts';
import { gone, notSent, stillMasked } from './rerun-refusals.ts';

type GivenCallback = NonNullable<SubmitInput['callback']>;

const field = 'edits.callback';
const what = 'the callback';

/**
 * Returns an edited callback without masks. Parts that are masked as the job's own callback shows them get their real
 * values, if the origin of its URL is the same. Throws `secrets_erased` for another origin or an erased secret, and
 * `invalid_input` for a mask anywhere else.
 */
export function plainCallback(job: FullJobRow, given: GivenCallback, real: ReceiverSecrets | null): GivenCallback {
  if (!JSON.stringify(given).includes(mask)) return given;
  const { url, ...rest } = typeof given === 'string' ? { url: given } : given;
  const own = job.callback?.url ?? null;
  if (own === null || url === undefined || !URL.canParse(url)) throw stillMasked(what, field);
  if (new URL(url).origin !== new URL(own).origin) throw notSent(what, field);
  if (real === null) {
    const isMasked = [own, ...Object.values(job.callback?.headers ?? {})].some((text) => text.includes(mask));
    throw isMasked ? gone(what, field) : stillMasked(what, field);
  }
  const filled: GivenCallback = {
    ...rest,
    url: plainUrl(url, real.url ?? own, job.options.redact.query),
    ...('headers' in rest && rest.headers && { headers: plainHeaders(job, rest.headers, real) }),
  };
  return filled;
}

function plainUrl(url: string, real: string, names: readonly string[]): string {
  if (!url.includes(mask)) return url;
  const filled = restoreQuery(url, real, secretParameters(real, names));
  if (filled === null) throw stillMasked(what, field);
  return filled;
}

function plainHeaders(job: FullJobRow, headers: HeadersInput, real: ReceiverSecrets): HeadersInput {
  const filled = Object.entries(headers).map(([name, value]): [string, HeadersInput[string]] => {
    if (typeof value !== 'string' || !value.includes(mask)) return [name, value];
    const own = name.toLowerCase();
    const secret = job.callback?.headers[own] === value ? real.headers[own] : undefined;
    if (secret === undefined) throw stillMasked(what, field);
    return [name, { $redacted: redactedParts(value, secret) }];
  });
  return Object.fromEntries(filled);
}

/** Returns the parts of a redacted string that is shown as before. With several masks it is masked as a whole. */
function redactedParts(shown: string, secret: string): { strings: string[]; values: string[] } {
  const [before = '', after = '', ...more] = shown.split(mask);
  if (more.length > 0) return { strings: ['', ''], values: [secret] };
  return { strings: [before, after], values: [secret.slice(before.length, secret.length - after.length)] };
}
