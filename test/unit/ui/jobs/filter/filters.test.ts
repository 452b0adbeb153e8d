import { describe, expect, it } from 'vitest';
import { listInput } from '#src/contract/job/job-filter-input.ts';
import { filtersUrl, isFiltered, listInputOf, readFilters, unfilteredUrl } from '#src/ui/jobs/filter/filters.ts';

const everything =
  '/jobs?state=failed&q=charges&host=api.example.com&not-host=localhost&label=prod&status=5xx&method=POST&flow=Open+AI&upstream=openai&key=key_1' +
  '&rerun-of=job_0&callback=failed&attempts=%3E%3D3&duration=1m..5m&meta=customer.id%3D42&meta=n%3D&last=24h&column=customer.id&column=a&cursor=job_1';
const nowMs = Date.parse('2026-11-20T12:00:00Z');
const read = (url: string) => readFilters(new URL(url, 'http://localhost').searchParams);

describe('the filters of the list', () => {
  it('stand in the address, all of them', () => {
    const filters = read(everything);
    expect(filtersUrl(filters, { cursor: filters.cursor })).toBe(everything);
  });

  it('begin at the newest page again when one changes', () => {
    expect(filtersUrl(read(everything), { state: null })).toBe(
      everything.replace('state=failed&', '').replace('&cursor=job_1', ''),
    );
  });

  it('leave no trace in the address of the whole list', () => {
    expect(filtersUrl(read('/jobs'))).toBe('/jobs');
  });

  it.each([
    '/jobs',
    everything,
    '/jobs?state=lost&status=banana&last=ever&from=yesterday&to=',
    '/jobs?callback=lost&attempts=many&attempts=9..3&duration=soon&meta=a&meta=a..b%3D1&column=a.&column=',
    `/jobs?${Array.from({ length: 9 }, (_, n) => `meta=a%3D${n}&column=c${n}`).join('&')}&meta=${'x'.repeat(999)}%3D1`,
    '/jobs?status=timeout&from=2026-11-20T10:00:00Z&to=2026-11-20T11:00:00Z&before=job_1&cursor=job_2',
    `/jobs?q=${'x'.repeat(999)}&label=${'y'.repeat(999)}`,
  ])('make an input that the API takes, whatever the address says: %s', (url) => {
    expect(listInput.safeParse(listInputOf(read(url), nowMs)).error).toBeUndefined();
  });

  it('count "the last day" back from when it was asked for, and leave a range of its own aside', () => {
    const input = listInputOf(read('/jobs?last=24h&to=2020-01-01T00:00:00Z'), nowMs);
    expect(input).toEqual({ limit: 20, from: '2026-11-19T12:00:00.000Z' });
  });

  it('keep chosen columns apart from what is filtered by', () => {
    const filters = read('/jobs?column=customer.id&label=prod');
    expect(isFiltered(filters)).toBe(true);
    expect(unfilteredUrl(filters)).toBe('/jobs?column=customer.id');
    expect(isFiltered(read('/jobs?column=customer.id'))).toBe(false);
    expect(listInputOf(filters, nowMs)).toEqual({ limit: 20, label: 'prod', metadataColumns: ['customer.id'] });
  });

  it('take the page from one side only', () => {
    expect(listInputOf(read('/jobs?before=job_1&cursor=job_2'), nowMs)).toEqual({ limit: 20, before: 'job_1' });
  });
});
