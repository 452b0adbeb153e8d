import { describe, expect, it } from 'vitest';
import type { RetentionView } from '#src/contract/project/retention.ts';
import { auditInputOf, auditUrl, readAuditFilters } from '#src/ui/settings/audit/audit-filters.ts';
import { cureIn } from '#src/ui/settings/egress/cure.ts';
import { includedBy, narrowest } from '#src/ui/settings/keys/scope-words.ts';
import {
  changeOf,
  countText,
  draftOf,
  shortened,
  unitOf,
  valueText,
} from '#src/ui/settings/retention/retention-fields.ts';
import { browserText } from '#src/ui/words/browser-text.ts';

const defaults = { resultTtlSeconds: 86_400, jobsDays: 30, attemptsDays: 30, deliveriesDays: 30 };
const untouched: RetentionView = { ...defaults, defaults, own: [] };

describe('the form of retention', () => {
  it('begins without a change, whatever is set', () => {
    const set: RetentionView = {
      ...untouched,
      resultTtlSeconds: 5_400,
      jobsDays: 7,
      own: ['resultTtlSeconds', 'jobsDays'],
    };
    expect(draftOf(set)).toMatchObject({ resultTtlSeconds: '90', ttlUnit: '60', jobsDays: '7', attemptsDays: '' });
    for (const view of [untouched, set]) expect(changeOf(draftOf(view), view)).toEqual({ change: {}, wrong: {} });
  });

  it('sends only what differs, and null for what goes back to the server', () => {
    const set: RetentionView = { ...untouched, jobsDays: 7, attemptsDays: 7, deliveriesDays: 7, own: ['jobsDays'] };
    const draft = { ...draftOf(set), jobsDays: '', resultTtlSeconds: '2', ttlUnit: '3600' as const };
    expect(changeOf(draft, set).change).toEqual({ jobsDays: null, resultTtlSeconds: 7_200 });
  });

  it.each(['0', '1.5', '-3', '3651', 'ten'])('does not take %s for days', (jobsDays) => {
    const { change, wrong } = changeOf({ ...draftOf(untouched), jobsDays }, untouched);
    expect(change).toEqual({});
    expect(wrong.jobsDays).toBeDefined();
  });

  it('keeps neither attempts nor deliveries longer than jobs', () => {
    const draft = { ...draftOf(untouched), jobsDays: '7', attemptsDays: '8', deliveriesDays: '7' };
    expect(changeOf(draft, untouched).wrong).toEqual({ attemptsDays: 'At most as long as jobs: 7 days.' });
  });

  it('knows what a change makes shorter, also by going back to the server', () => {
    const longer: RetentionView = { ...untouched, jobsDays: 90, own: ['jobsDays'] };
    expect(shortened({ jobsDays: null, resultTtlSeconds: 90_000 }, longer)).toEqual([{ key: 'jobsDays', next: 30 }]);
    expect(shortened({ jobsDays: 91 }, longer)).toEqual([]);
  });

  it('says values and counts in words', () => {
    expect([unitOf(86_400), unitOf(5_400), unitOf(7), unitOf(0)]).toEqual(['86400', '60', '1', '1']);
    expect(valueText('resultTtlSeconds', 3_600)).toBe('1 hour');
    expect(valueText('jobsDays', 1)).toBe('1 day');
    expect(countText('deliveries', { count: 1, capped: false })).toBe('1 delivery');
    expect(countText('jobs', { count: 10_000, capped: true })).toBe('10,000+ jobs');
  });
});

describe('the filters of the audit log', () => {
  it('stand in the address, from which they can be read again', () => {
    const url = '/settings/audit?action=endpoints.&actor=u1&from=2026-11-01&to=2026-11-02&cursor=c1';
    const filters = readAuditFilters(new URL(url, 'http://x').searchParams);
    expect(auditUrl(filters, { cursor: filters.cursor })).toBe(url);
    expect(auditUrl(filters, { actor: '' })).toBe('/settings/audit?action=endpoints.&from=2026-11-01&to=2026-11-02');
  });

  it('ask for whole days, the last one included', () => {
    const filters = readAuditFilters(new URLSearchParams('from=2026-11-01&to=2026-11-02'));
    expect(auditInputOf(filters)).toMatchObject({
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-03T00:00:00.000Z',
    });
  });

  it('are as if they were not there when they make no sense', () => {
    const filters = readAuditFilters(new URLSearchParams('from=yesterday&to=2026-13-45&cursor='));
    expect(auditInputOf(filters)).toEqual({ limit: 50 });
  });
});

describe('the cure of a refused URL', () => {
  it('is a whole setting, with what is allowed now in it', () => {
    const reason =
      'http://10.0.0.5/ points at a private address (10.0.0.0/8). To allow it, set RINGBACK_EGRESS_ALLOW=10.0.0.5/32';
    expect(cureIn(reason, ['billing.internal:8443'])).toEqual({
      sentence: 'http://10.0.0.5/ points at a private address (10.0.0.0/8).',
      setting: 'RINGBACK_EGRESS_ALLOW=billing.internal:8443,10.0.0.5/32',
    });
  });

  it('is none where nothing can be set', () => {
    expect(cureIn('The URL must name a host.', [])).toEqual({ sentence: 'The URL must name a host.', setting: null });
  });
});

describe('the scopes of a key', () => {
  it('are named once: what a wider one includes is left out', () => {
    expect(includedBy('jobs:read', ['jobs:write'])).toBe('jobs:write');
    expect(narrowest(['jobs:read', 'jobs:write', 'callbacks:admin'])).toEqual(['jobs:write', 'callbacks:admin']);
    expect(narrowest(['jobs:read', 'admin', 'callbacks:admin'])).toEqual(['admin']);
  });
});

describe('a browser', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0',
      'Edge on Windows',
    ],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on macOS'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    ['curl/8.5.0', 'curl'],
    ['something/1', 'something/1'],
    [null, 'An unknown browser'],
  ])('%s is called %s', (userAgent, words) => expect(browserText(userAgent)).toBe(words));
});
