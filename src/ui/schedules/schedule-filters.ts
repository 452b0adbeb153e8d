import type { ScheduleListInput } from '#src/contract/schedule/schedule.ts';
import { readLimits } from '#src/domain/limits.ts';

/** What decides which schedules are shown. All of it is in the address. */
export type ScheduleFilters = {
  /** Part of the name. */
  search: string;
  /** The name after which the page begins; null for the first page. */
  cursor: string | null;
};

export const schedulePageSize = 25;

/** Reads the filters from an address. */
export function readScheduleFilters(search: URLSearchParams): ScheduleFilters {
  return {
    search: (search.get('search') ?? '').slice(0, readLimits.searchTextLength),
    cursor: search.get('cursor'),
  };
}

/** Returns the address of a list. Another search begins at the first page again. */
export function scheduleListUrl(filters: ScheduleFilters, change: Partial<ScheduleFilters> = {}): string {
  const next = { ...filters, cursor: null, ...change };
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(next)) if (value) search.set(name, value);
  return search.size > 0 ? `/schedules?${search}` : '/schedules';
}

export function scheduleInputOf({ search, cursor }: ScheduleFilters): ScheduleListInput {
  return { limit: schedulePageSize, ...(search && { search }), ...(cursor && { cursor }) };
}
