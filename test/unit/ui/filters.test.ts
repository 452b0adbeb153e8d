import { describe, expect, it } from 'vitest';
import { listInput } from '#src/contract/list.ts';
import { filtersUrl, listInputOf, readFilters } from '#src/ui/jobs/filters.ts';

const everything = '/jobs?state=failed&q=charges&host=api.example.com&label=prod&status=5xx&cursor=job_1';
const read = (url: string) => readFilters(new URL(url, 'http://localhost').searchParams);

describe('the filters of the list', () => {
  it('stand in the address, all of them', () => {
    const filters = read(everything);
    expect(filtersUrl(filters, { cursor: filters.cursor })).toBe(everything);
  });

  it('begin at the newest page again when one changes', () => {
    expect(filtersUrl(read(everything), { state: null })).toBe(
      '/jobs?q=charges&host=api.example.com&label=prod&status=5xx',
    );
  });

  it('leave no trace in the address of the whole list', () => {
    expect(filtersUrl(read('/jobs'))).toBe('/jobs');
  });

  it.each([
    '/jobs',
    everything,
    '/jobs?state=lost&status=banana',
    `/jobs?q=${'x'.repeat(999)}&label=${'y'.repeat(999)}`,
  ])('make an input that the API takes, whatever the address says: %s', (url) => {
    expect(listInput.safeParse(listInputOf(read(url))).error).toBeUndefined();
  });
});
