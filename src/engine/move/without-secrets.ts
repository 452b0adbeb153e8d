import { mask } from '#src/domain/redact/redact.ts';

/** What an export without secrets leaves out of something: the words for it, and for each part. */
export type LeftOut = Readonly<{ of: string; parts: readonly string[] }>;

/**
 * A row without its secrets: the fields that are different then, and the values of sealed columns that are none. `stored`
 * is false for a row that says nothing without its secrets.
 */
export type Bare = Readonly<{
  stored: boolean;
  changes: Readonly<Record<string, unknown>>;
  plain: Readonly<Record<string, string>>;
  left: LeftOut | null;
}>;

type Fields = Readonly<Record<string, unknown>>;
type Opened = Readonly<Record<string, string>>;

/** Returns a row of an export without its secrets. `opened` are the values of its sealed columns. */
export function withoutSecrets(table: string, fields: Fields, opened: Opened): Bare {
  const bare = bareRows[table];
  return bare === undefined ? { stored: true, changes: {}, plain: {}, left: null } : bare(fields, opened);
}

const bareRows: Readonly<Record<string, (fields: Fields, opened: Opened) => Bare>> = {
  endpoint(fields, opened) {
    const { kept, names } = plainHeaders(fields.headers, opened.sealed);
    const isMasked = String(fields.url).includes(mask);
    const { changes, parts } = bareTls(fields.tls);
    const disabled = {
      state: 'disabled',
      disabled_reason: fields.disabled_reason ?? 'manual',
      disabled_at: fields.disabled_at ?? new Date().toISOString(),
    };
    return {
      stored: true,
      changes: { ...disabled, ...changes, headers: unmasked(kept) },
      plain: sealedHeaders(kept),
      left: {
        of: `endpoint ${fields.name}`,
        parts: [...(isMasked ? ['what is masked in its URL'] : []), ...names, ...parts, 'signing secret'],
      },
    };
  },
  upstream(fields, opened) {
    const { kept, names } = plainHeaders(fields.headers, opened.sealed);
    const { changes, parts } = bareTls(fields.tls);
    const left = [...names, ...parts];
    return {
      stored: true,
      changes: { ...changes, headers: unmasked(kept) },
      plain: sealedHeaders(kept),
      left: left.length === 0 ? null : { of: `upstream ${fields.name}`, parts: left },
    };
  },
  schedule(fields) {
    const shown = String(fields.shown);
    if (!shown.includes(mask)) return { stored: true, changes: {}, plain: { sealed: shown }, left: null };
    return absent(`schedule ${fields.name}`, 'all of it, because its job holds secrets');
  },
  alert_settings(fields) {
    const left = fields.slack_url === null ? null : { of: 'alerts', parts: ['URL that they are posted to'] };
    return { stored: true, changes: { slack_url: null }, plain: {}, left };
  },
  webhook_secret(fields) {
    const kind = fields.kind === 'v1a' ? 'signing key' : 'signing secret';
    // An endpoint tells of its own.
    return fields.endpoint_id === null ? absent('project', kind) : { ...absent('', ''), left: null };
  },
  api_key: (fields) => absent(`API key "${fields.name}"`, 'all of it'),
};

function absent(of: string, part: string): Bare {
  return { stored: false, changes: {}, plain: {}, left: { of, parts: [part] } };
}

/** Splits headers into those that may be shown, with their values, and the words for those that are secret. */
function plainHeaders(headers: unknown, opened: string | undefined): { kept: [string, string][]; names: string[] } {
  const real = JSON.parse(opened ?? '{}') as Record<string, string>;
  const all = Object.entries((headers ?? {}) as Record<string, string | null>);
  return {
    kept: all.filter(([, masked]) => masked === null).map(([name]) => [name, real[name] ?? '']),
    names: all.filter(([, masked]) => masked !== null).map(([name]) => `header ${name}`),
  };
}

const unmasked = (kept: [string, string][]) => Object.fromEntries(kept.map(([name]) => [name, null]));

const sealedHeaders = (kept: [string, string][]): Record<string, string> =>
  kept.length === 0 ? {} : { sealed: JSON.stringify(Object.fromEntries(kept)) };

/** A certificate is of no use without its key. Authorities have none. */
function bareTls(tls: unknown): { changes: Record<string, unknown>; parts: string[] } {
  const { certificate = null, ca = null } = (tls ?? {}) as { certificate?: string | null; ca?: string | null };
  if (certificate === null) return { changes: {}, parts: [] };
  return {
    changes: { tls: ca === null ? null : { certificate: null, ca } },
    parts: ['client certificate and its key'],
  };
}
