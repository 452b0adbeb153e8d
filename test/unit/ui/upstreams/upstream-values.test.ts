import { describe, expect, it } from 'vitest';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { upstreamEdits, upstreamInput, upstreamValues } from '#src/ui/upstreams/form/upstream-values.ts';

const stored: Upstream = {
  id: 'ups_01m7wd6v9be4k2q8n5r7t3x1hz',
  name: 'openai',
  baseUrl: 'https://u:********@api.openai.com/v1',
  format: 'openai',
  headers: { authorization: '********', 'x-team': 'team ********', 'x-version': '7' },
  tls: null,
  default: true,
  models: ['gpt-', 'o3'],
  retry: { preset: 'openai', rules: { '418': { limit: 1 } } },
  timeoutMs: 90_000,
  flow: { key: null, concurrency: 5, rate: { limit: 10, periodSeconds: 60 } },
  createdAt: '2026-11-18T08:30:00.000Z',
  updatedAt: '2026-11-18T08:30:00.000Z',
};
const first = { ...upstreamValues(null), name: ' own ', baseUrl: ' https://a.test/v1 ' };
const header = (key: number, name: string, value: string, secret = false) => ({ key, name, value, secret, kept: null });

describe('a new upstream', () => {
  it('has what is typed, a secret as one, and null for what is left empty', () => {
    const headers = [header(0, 'Authorization', 'Bearer k', true), header(1, 'x-version', '7'), header(2, '', '')];
    expect(upstreamInput({ ...first, headers, models: 'llama-, ,qwen' })).toEqual({
      ...{ name: 'own', baseUrl: 'https://a.test/v1', format: 'openai', default: false, models: ['llama-', 'qwen'] },
      headers: { Authorization: { $redacted: { strings: ['', ''], values: ['Bearer k'] } }, 'x-version': '7' },
      ...{ retry: null, timeoutMs: null, flow: null },
    });
  });

  it('has no header, if the one that is proposed stays empty', () => {
    expect(first.headers).toMatchObject([{ name: 'authorization', secret: true }]);
    expect(upstreamInput(first)).toMatchObject({ headers: {} });
  });

  it('has a preset or JSON as its retries', () => {
    expect(upstreamInput({ ...first, retry: ' none ' })).toMatchObject({ retry: 'none' });
    expect(upstreamInput({ ...first, retry: '{ "limit": 1 }' })).toMatchObject({ retry: { limit: 1 } });
    expect(upstreamInput({ ...first, retry: '{ limit' })).toMatchObject({ field: 'retry' });
  });

  it('has no limit by a mistyped number', () => {
    const limited = { ...first, hasFlow: true };
    expect(upstreamInput(limited)).toMatchObject({ flow: { key: null, concurrency: null, rate: null } });
    expect(upstreamInput({ ...limited, concurrency: '5x' })).toMatchObject({ field: 'flow.concurrency' });
    expect(upstreamInput({ ...limited, rateLimit: 'ten' })).toMatchObject({ field: 'flow.rate.limit' });
  });
});

describe('an upstream that is edited', () => {
  it('keeps its secrets and its base URL, and all else as it is', () => {
    const { id, name, format, models, retry } = stored;
    expect(upstreamEdits(stored, upstreamValues(stored))).toEqual({
      ...{ id, name, format, models, retry, default: true, headers: { 'x-version': '7' }, timeoutMs: '90s' },
      flow: { key: null, concurrency: 5, rate: { limit: 10, periodSeconds: '1m' } },
    });
  });

  it('gets a new secret, loses a removed header, and moves', () => {
    const headers = [header(0, 'authorization', 'Bearer new', true)];
    const values = { ...upstreamValues(stored), headers, baseUrl: 'https://b.test', hasFlow: false };
    expect(upstreamEdits(stored, values)).toMatchObject({
      baseUrl: 'https://b.test',
      headers: {
        authorization: { $redacted: { strings: ['', ''], values: ['Bearer new'] } },
        'x-team': null,
        'x-version': null,
      },
      flow: null,
    });
  });
});
