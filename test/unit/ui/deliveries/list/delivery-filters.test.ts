import { describe, expect, it } from 'vitest';
import { deliveryListInput } from '#src/contract/event/delivery-filter.ts';
import { formatId } from '#src/domain/text/id.ts';
import { deliveriesUrl, deliveryListOf, readDeliveryFilters } from '#src/ui/deliveries/list/delivery-filters.ts';
import { deliverySearchPlan } from '#src/ui/deliveries/list/delivery-search-plan.ts';
import { completionAt, offersOf } from '#src/ui/parts/search/completion.ts';

const job = formatId('job', '01938b6e-5c00-7000-8000-0000000000aa');
const everything =
  `/deliveries?q=hook&state=waiting&endpoint=billing&type=job.failed&status=5xx&job=${job}` +
  '&origin=https%3A%2F%2Fapp.example.com&operation=op_01k9z3m2000000000000000000&failure=a.test+503%3A5xx&last=24h&by=attempt&cursor=dlv_1';
const nowMs = Date.parse('2026-11-20T12:00:00Z');
const read = (url: string) => readDeliveryFilters(new URL(url, 'http://localhost').searchParams);

describe('the filters of deliveries', () => {
  it('stand in the address, all of them', () => {
    const filters = read(everything);
    expect(deliveriesUrl(filters, { cursor: filters.cursor })).toBe(everything);
    expect(deliveriesUrl(filters, { state: null })).toBe(
      everything.replace('state=waiting&', '').replace('&cursor=dlv_1', ''),
    );
    expect(deliveriesUrl(read('/deliveries'))).toBe('/deliveries');
  });

  it('become what the server takes', () => {
    expect(deliveryListOf(read(everything), nowMs)).toEqual({
      ...{ limit: 20, text: 'hook', state: ['pending', 'retrying'], endpoint: 'billing', type: 'job.failed' },
      ...{ status: '5xx', jobId: job, origin: 'https://app.example.com', failure: 'a.test 503:5xx', cursor: 'dlv_1' },
      operation: 'op_01k9z3m2000000000000000000',
      attemptFailedFrom: '2026-11-19T12:00:00.000Z',
    });
    // Addresses of other pages, and those that were kept.
    expect(deliveryListOf(read('/deliveries?endpoint=end_01k9z3&status=404&q=evt_1'), nowMs)).toEqual({
      ...{ limit: 20, endpoint: 'end_01k9z3', status: '404', text: 'evt_1' },
    });
  });

  it.each([
    '/deliveries',
    everything,
    '/deliveries?state=lost&status=banana&type=job.lost&job=job_1&origin=ftp%3A%2F%2Fa&last=ever&from=yesterday',
    `/deliveries?q=${'x'.repeat(999)}&endpoint=${'y'.repeat(999)}&failure=${'z'.repeat(999)}&before=dlv_1&cursor=dlv_2`,
    '/deliveries?endpoint=%20&type=%20&failure=%20',
  ])('make an input that the API takes, whatever the address says: %s', (url) => {
    expect(deliveryListInput.safeParse(deliveryListOf(read(url), nowMs)).error).toBeUndefined();
  });
});

describe('what is offered while one types a search for deliveries', () => {
  const at = (text: string) => completionAt(text, text.length, deliverySearchPlan);
  const offers = (text: string, known: string[] = []) => {
    const completion = at(text);
    return completion && offersOf(completion, known);
  };

  it('is a key that deliveries have', () => {
    expect(offers('')).toEqual(['state', 'endpoint', 'type', 'status', 'job', 'origin', 'operation', 'failure']);
    expect(offers('e')).toEqual(['endpoint']);
    expect(offers('meta')).toEqual([]);
    // Nothing can be excluded.
    expect(offers('-')).toEqual([]);
  });

  it('is a value: a word that is known, or what the server knows', () => {
    expect(offers('state:w')).toEqual(['waiting']);
    expect(offers('type:async')).toEqual(['async_job.completed', 'async_job.failed']);
    expect(offers('status:5')).toEqual(['5xx']);
    expect(offers('status:5', ['503', '404'])).toEqual(['5xx', '503']);
    expect(at('endpoint:bil')?.ask).toEqual({ of: 'endpoint', text: 'bil' });
    expect(at('status:')?.ask).toEqual({ of: 'deliveryStatus', text: '' });
    expect(at('failure:"a b')?.ask).toEqual({ of: 'deliveryFailure', text: 'a b' });
    expect(at('origin:https://a')?.ask).toEqual({ of: 'deliveryOrigin', text: 'https://a' });
    expect(at('job:')?.ask).toBeNull();
    expect(at('meta.a:1')).toBeNull();
  });
});
