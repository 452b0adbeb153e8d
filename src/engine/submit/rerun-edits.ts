import type { RerunEdits } from '#src/contract/submit/rerun-input.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { type Restored, restoreJson, restoreQuery } from '#src/domain/redact/restore-masked.ts';
import { parseExactJson } from '#src/domain/text/exact-json.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import type { ReceiverSecrets } from '#src/store/seal/sealed-parts.ts';
import { plainCallback } from './rerun-callback.ts';
import { gone, notSent, stillMasked } from './rerun-refusals.ts';

/** Edits without masks. `without` marks the parts that the edits remove. */
export type PlainEdits = {
  edits: Partial<SubmitInput>;
  /** Lower-case names of headers that the edits set or remove. The job's own headers of these names are dropped. */
  replaced: Set<string>;
  without: { body: boolean; callback: boolean; deadline: boolean };
};

/** Real values of a job's URL, body and callback. Null: the value was erased, or was never secret. */
type RealParts = { url: string | null; body: Uint8Array | null; callback: ReceiverSecrets | null };

/**
 * Returns edits without masks. Edits are based on the masked job, so a value that is still masked as shown means the
 * original secret. Throws `invalid_input` for a mask anywhere else, because it would be sent as the value, and
 * `secrets_erased` if the original secret is gone.
 */
export function plainEdits(job: FullJobRow, given: RerunEdits, real: RealParts): PlainEdits {
  const { headers, body, callback, deadlineSeconds, ...rest } = given;
  const shown = new Map(job.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const replaced = new Set<string>();
  const kept: [string, NonNullable<SubmitInput['headers']>[string]][] = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (typeof value === 'string' && value.includes(mask)) {
      if (shown.get(name.toLowerCase()) === value) continue;
      throw stillMasked(`the header ${name}`, `edits.headers.${name}`);
    }
    replaced.add(name.toLowerCase());
    if (value !== null) kept.push([name, value]);
  }
  const edits: Partial<SubmitInput> = {
    ...rest,
    ...(headers === undefined ? {} : { headers: Object.fromEntries(kept) }),
    ...(body === undefined || body === null ? {} : { body: plainBody(job, body, real, rest.url) }),
    ...(callback === undefined || callback === null ? {} : { callback: plainCallback(job, callback, real.callback) }),
    ...(deadlineSeconds === undefined || deadlineSeconds === null ? {} : { deadlineSeconds }),
  };
  if (typeof rest.url === 'string') edits.url = plainUrl(job, rest.url, real);
  if (rest.json !== undefined && job.options.redact.body.length > 0)
    edits.json = parseExactJson(plainText(job, JSON.stringify(rest.json), real, rest.url)) as NonNullable<
      SubmitInput['json']
    >;
  return {
    edits,
    replaced,
    without: { body: body === null, callback: callback === null, deadline: deadlineSeconds === null },
  };
}

/**
 * Returns true if an edited URL has another origin (scheme, host or port) than the job's. Secrets of the job are never
 * sent there.
 */
export function isElsewhere(job: FullJobRow, url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && new URL(url).origin !== new URL(job.url).origin;
}

function plainBody(job: FullJobRow, body: NonNullable<SubmitInput['body']>, real: RealParts, url: unknown) {
  return typeof body === 'string' ? plainText(job, body, real, url) : body;
}

/**
 * Returns a text with its masks filled in. Only a job with masked body parts can have masks there; in any other body
 * eight asterisks are normal text.
 */
function plainText(job: FullJobRow, text: string, real: RealParts, url: unknown): string {
  const pointers = job.options.redact.body;
  if (pointers.length === 0 || !text.includes(mask)) return text;
  if (isElsewhere(job, url)) throw notSent('the request body', 'edits.body');
  if (real.body === null) throw gone('the request body', 'edits.body');
  return restored(restoreJson(text, Buffer.from(real.body).toString('utf8'), pointers), 'the body', 'edits.body');
}

function plainUrl(job: FullJobRow, url: string, real: RealParts): string {
  const names = job.options.redact.query;
  if (names.length === 0 || !url.includes(mask)) return url;
  if (!URL.canParse(url)) return url;
  if (isElsewhere(job, url)) throw notSent('the URL', 'edits.url');
  if (real.url === null) throw gone('the URL', 'edits.url');
  return restored(restoreQuery(url, real.url, names), 'the URL', 'edits.url');
}

function restored(text: Restored, what: string, field: string): string {
  if (text === null) throw stillMasked(what, field);
  return text;
}
