import type { AuditListInput } from '#src/contract/project/people.ts';

/** Values that decide which entries are shown. All of them are in the address. */
export type AuditFilters = {
  /** Path of a procedure, or its beginning: `endpoints.`. */
  action: string;
  actor: string;
  target: string;
  /** Days in UTC, both included: `2026-11-20`. */
  from: string;
  to: string;
  cursor: string | null;
};

export const auditPageSize = 50;

const dayMs = 86_400_000;
const lengths = { action: 64, actor: 64, target: 64 } as const;

/** Reads the filters from an address. Values that make no sense are ignored. */
export function readAuditFilters(search: Pick<URLSearchParams, 'get'>): AuditFilters {
  const text = (name: keyof typeof lengths) => (search.get(name) ?? '').slice(0, lengths[name]);
  const day = (name: 'from' | 'to') => {
    const value = search.get(name) ?? '';
    return /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : '';
  };
  return {
    action: text('action'),
    actor: text('actor'),
    target: text('target'),
    from: day('from'),
    to: day('to'),
    cursor: search.get('cursor')?.slice(0, 100) || null,
  };
}

/** Returns the address of the log with these filters. Another filter begins at the newest page. */
export function auditUrl(filters: AuditFilters, change: Partial<AuditFilters> = {}): string {
  const next = { ...filters, cursor: null, ...change };
  const search = new URLSearchParams();
  for (const name of ['action', 'actor', 'target', 'from', 'to', 'cursor'] as const) {
    const value = next[name];
    if (value) search.set(name, value);
  }
  const query = search.toString();
  return query === '' ? '/settings/audit' : `/settings/audit?${query}`;
}

/** Returns the input of `audit.list`. */
export function auditInputOf(filters: AuditFilters): AuditListInput {
  const { action, actor, target, from, to, cursor } = filters;
  return {
    limit: auditPageSize,
    ...(action && { action }),
    ...(actor && { actorId: actor }),
    ...(target && { target }),
    ...(from && { from: `${from}T00:00:00.000Z` }),
    ...(to && { to: new Date(Date.parse(to) + dayMs).toISOString() }),
    ...(cursor && { cursor }),
  };
}
