import type { AuditListInput } from '#src/contract/project/people.ts';

/** Everything that decides which entries are shown; all of it stands in the address. */
export type AuditFilters = {
  /** A procedure's path, or its beginning: `endpoints.`. */
  action: string;
  actor: string;
  target: string;
  /** Days in UTC, both of them included: `2026-11-20`. */
  from: string;
  to: string;
  cursor: string | null;
};

export const auditPageSize = 50;

const dayMs = 86_400_000;
const lengths = { action: 64, actor: 64, target: 64 } as const;

/** Reads an address; what makes no sense in it is as if it were not there. */
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

/** The address of the log with these filters; another filter begins at the newest page. */
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

/** What `audit.list` is asked for. */
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
