import { expect, it } from 'vitest';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { upstreamEdits, upstreamInput, upstreamValues } from '#src/ui/upstreams/upstream-values.ts';

const upstream: Upstream = {
  id: 'ups_1',
  name: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  format: 'openai',
  headers: { authorization: mask, 'x-version': '7' },
  default: true,
  models: ['gpt-', 'o3'],
  retry: null,
  timeoutMs: 90_000,
  flow: { key: null, concurrency: 5, rate: { limit: 10, periodSeconds: 60 } },
  createdAt: '2026-01-01T00:00:00Z',
  updatedAt: '2026-01-01T00:00:00Z',
};

it('a new upstream has what was filled in, and nothing else', () => {
  const values = { ...upstreamValues(null), name: 'vllm', baseUrl: 'http://vllm:8000/v1', models: 'meta-llama, qwen' };
  expect(upstreamInput(values)).toEqual({
    ...{ name: 'vllm', baseUrl: 'http://vllm:8000/v1', format: 'openai', default: false },
    ...{ models: ['meta-llama', 'qwen'], headers: {} },
  });
});

it('an edited one keeps the secrets that nobody touched, and the rate of its flow', () => {
  const values = upstreamValues(upstream);
  expect(values).toMatchObject({ models: 'gpt-, o3', timeout: '90', concurrency: '5' });
  expect(upstreamEdits(upstream, { ...values, concurrency: '' })).toEqual({
    ...{ id: 'ups_1', name: 'openai', baseUrl: upstream.baseUrl, format: 'openai', default: true },
    ...{ models: ['gpt-', 'o3'], headers: { 'x-version': '7' }, timeoutMs: 90_000 },
    flow: { key: null, concurrency: null, rate: { limit: 10, periodSeconds: 60 } },
  });
});

it('a header that was taken out is removed, and a replaced secret is sent', () => {
  const values = upstreamValues(upstream);
  const headers = [{ key: 0, name: 'authorization', value: 'Bearer new', kept: null }];
  expect(upstreamEdits(upstream, { ...values, headers }).headers).toEqual({
    authorization: 'Bearer new',
    'x-version': null,
  });
});

it('a limit that is no number goes to the server as it is, which says what is wrong', () => {
  const values = { ...upstreamValues(upstream), timeout: 'soon' };
  expect(upstreamEdits(upstream, values).timeoutMs).toBe('soon');
});
