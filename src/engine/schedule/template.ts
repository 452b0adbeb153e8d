import { isRecord } from '#src/contract/shape/shape.ts';
import type { CallbackInput, HeadersInput, SubmitInput } from '#src/contract/submit/submit-input.ts';
import type { HeaderSpec, SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { mask, maskJsonPointers, maskUrlQuery, secretParameters } from '#src/domain/redact/redact.ts';
import { restoreJson, restoreQuery } from '#src/domain/redact/restore-masked.ts';
import { decodeBase64 } from '#src/domain/text/base64.ts';
import { parseExactJson } from '#src/domain/text/exact-json.ts';
import { decodeUtf8 } from '#src/domain/text/utf8.ts';
import { notSent, stillMasked } from '#src/engine/submit/rerun-refusals.ts';

/** A job template as it is shown, and with its real values. */
export type Template = { shown: SubmitInput; real: SubmitInput };

/** A template that was checked, with the method and the URL of its jobs, as they are shown. */
export type CheckedTemplate = Template & { method: string; url: string };

/** Returns a checked job template with its secrets masked, as the jobs of it would show them. */
export function shownTemplate(real: SubmitInput, spec: SubmitSpec): SubmitInput {
  const { query, body } = spec.redact;
  const shown: SubmitInput = { ...real };
  if (spec.upstream === null) shown.url = maskUrlQuery(spec.url, query);
  else shown.path = maskUrlQuery(spec.upstream.path, query);
  if (real.headers !== undefined) shown.headers = shownHeaders(real.headers, spec.headers);
  if (real.callback !== undefined) shown.callback = shownCallback(real.callback, spec);
  if (body.length > 0 && spec.body !== null) {
    const masked = maskJsonPointers(decodeUtf8(spec.body) ?? '', body);
    if (real.json !== undefined) shown.json = parseExactJson(masked.startsWith(mask) ? `"${masked}"` : masked);
    else shown.body = masked;
  }
  return shown;
}

function shownHeaders(real: HeadersInput, specs: readonly HeaderSpec[]): HeadersInput {
  const byName = new Map(specs.map((spec) => [spec.name, spec.masked ?? spec.value]));
  return Object.fromEntries(Object.keys(real).map((name) => [name, byName.get(name.toLowerCase()) ?? mask]));
}

function shownCallback(real: string | CallbackInput, { callback, redact }: SubmitSpec): string | CallbackInput {
  const url = callback?.url ?? null;
  const shownUrl = url === null ? undefined : maskUrlQuery(url, secretParameters(url, redact.query));
  if (typeof real === 'string') return shownUrl ?? real;
  return {
    ...real,
    ...(shownUrl !== undefined && { url: shownUrl }),
    ...(real.headers !== undefined && { headers: shownHeaders(real.headers, callback?.headers ?? []) }),
  };
}

/**
 * Returns a given job template without masks. A part that is masked as the template before shows it gets its real value,
 * if it would be sent to the same origin. What was redacted before then stays so. Throws `secrets_erased` for another
 * origin, and `invalid_input` for a mask where no secret was. Does not check the template otherwise.
 */
export function filledTemplate(given: unknown, before: Template | null): unknown {
  if (!isRecord(given) || !JSON.stringify(given).includes(mask)) return given;
  const filled: Record<string, unknown> = { ...given };
  const { shown, real } = before ?? {};
  const isMoved = !isSamePlace(given, real);
  const names = real?.redact?.query ?? [];
  if (isMasked(given.url)) filled.url = filledUrl(given.url, real?.url, { names, isMoved, field: 'job.url' });
  if (isMasked(given.path)) {
    const path = filledUrl(atAnyHost(given.path), atAnyHost(real?.path), { names, isMoved, field: 'job.path' });
    filled.path = String(path).slice(anyHost.length);
  }
  if (isMasked(given.headers)) {
    const known = isMoved ? null : { shown: shown?.headers, real: real?.headers };
    filled.headers = filledHeaders(given.headers, known, { field: 'job.headers', hasSecrets: before !== null });
  }
  if (isMasked(given.callback)) filled.callback = filledCallback(given.callback, before, names);
  Object.assign(filled, filledBody(given, real, isMoved));
  if (real?.redact !== undefined) filled.redact = joinedRedact(given.redact, real.redact);
  return filled;
}

const isMasked = (value: unknown): boolean => JSON.stringify(value ?? null).includes(mask);

/** A host by which the query of a path is read like that of a URL. */
const anyHost = 'https://upstream.example';
const atAnyHost = (path: unknown): unknown => (typeof path === 'string' ? anyHost + path : path);

/** Returns true if two templates send to the same origin, or by the same upstream. */
function isSamePlace(given: Record<string, unknown>, real: SubmitInput | undefined): boolean {
  if (given.upstream !== undefined) return given.upstream === real?.upstream;
  return isSameOrigin(given.url, real?.url);
}

function isSameOrigin(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string' || !URL.canParse(a) || !URL.canParse(b)) return false;
  return new URL(a).origin === new URL(b).origin;
}

function filledUrl(
  given: unknown,
  real: unknown,
  { names, isMoved, field }: { names: readonly string[]; isMoved: boolean; field: string },
): unknown {
  if (typeof given !== 'string') return given;
  if (typeof real !== 'string') throw stillMasked('the URL', field);
  if (isMoved) throw notSent('the URL', field);
  const filled = restoreQuery(given, real, names);
  if (filled === null) throw stillMasked('the URL', field);
  return filled;
}

/** Fills headers in. `known` is null when they would be sent to another origin. */
function filledHeaders(
  given: unknown,
  known: { shown: HeadersInput | undefined; real: HeadersInput | undefined } | null,
  { field, hasSecrets }: { field: string; hasSecrets: boolean },
): unknown {
  if (!isRecord(given)) return given;
  const find = (of: HeadersInput | undefined, name: string) =>
    Object.entries(of ?? {}).find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1];
  const filled = Object.entries(given).map(([name, value]) => {
    if (typeof value !== 'string' || !value.includes(mask)) return [name, value];
    const at = `${field}.${name}`;
    if (known === null) throw (hasSecrets ? notSent : stillMasked)(`the header ${name}`, at);
    const real = find(known.shown, name) === value ? find(known.real, name) : undefined;
    if (real === undefined) throw stillMasked(`the header ${name}`, at);
    return [name, real];
  });
  return Object.fromEntries(filled);
}

function filledCallback(given: unknown, before: Template | null, names: readonly string[]): unknown {
  const own = typeof given === 'string' ? { url: given } : given;
  if (!isRecord(own)) return given;
  const asObject = (one: SubmitInput['callback']): CallbackInput =>
    typeof one === 'string' ? { url: one } : (one ?? {});
  const [shown, real] = [asObject(before?.shown.callback), asObject(before?.real.callback)];
  const isMoved = !isSameOrigin(own.url, real.url);
  const filled: Record<string, unknown> = { ...own };
  if (isMasked(own.url)) {
    const all = real.url === undefined ? names : secretParameters(real.url, names);
    filled.url = filledUrl(own.url, real.url, { names: all, isMoved, field: 'job.callback.url' });
  }
  if (isMasked(own.headers)) {
    const known = isMoved ? null : { shown: shown.headers, real: real.headers };
    const hasSecrets = real.url !== undefined;
    filled.headers = filledHeaders(own.headers, known, { field: 'job.callback.headers', hasSecrets });
  }
  return typeof given === 'string' ? filled.url : filled;
}

/** Fills in what `redact.body` masked. A mask in a body of which nothing was masked is sent as it is. */
function filledBody(given: Record<string, unknown>, real: SubmitInput | undefined, isMoved: boolean): object {
  const pointers = real?.redact?.body ?? [];
  const field = given.json === undefined ? 'body' : 'json';
  const value = given[field];
  if (pointers.length === 0 || !isMasked(value)) return {};
  if (isMoved) throw notSent('the request body', `job.${field}`);
  const whole = field === 'json' && typeof value === 'string';
  const text = field === 'json' && !whole ? JSON.stringify(value) : String(value);
  const filled = restoreJson(text, bodyText(real), pointers);
  if (filled === null) throw stillMasked('the request body', `job.${field}`);
  return { [field]: field === 'json' ? parseExactJson(filled) : filled };
}

function bodyText(real: SubmitInput | undefined): string {
  if (real?.json !== undefined) return JSON.stringify(real.json);
  const { body = '' } = real ?? {};
  return typeof body === 'string' ? body : (decodeUtf8(decodeBase64(body.base64) ?? new Uint8Array()) ?? '');
}

/** Joins the redaction rules, because removing one would show a value that was filled in. */
function joinedRedact(given: unknown, before: NonNullable<SubmitInput['redact']>): unknown {
  if (given !== undefined && !isRecord(given)) return given;
  const join = (kind: 'query' | 'body' | 'response') => {
    const own = given?.[kind];
    if (own !== undefined && !Array.isArray(own)) return { [kind]: own };
    const all = [...new Set([...(before[kind] ?? []), ...(own ?? [])])];
    return all.length === 0 ? {} : { [kind]: all };
  };
  return { ...given, ...join('query'), ...join('body'), ...join('response') };
}
