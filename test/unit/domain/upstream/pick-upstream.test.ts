import { expect, test } from 'vitest';
import { pickUpstream } from '#src/domain/upstream/pick-upstream.ts';

const openai = { name: 'openai', is_default: false, models: ['gpt-', 'o3'] };
const mini = { name: 'mini', is_default: false, models: ['gpt-4o-mini'] };
const vllm = { name: 'vllm', is_default: true, models: [] };
const all = [mini, openai, vllm];
const picked = (model: string, rows = all) => {
  const found = pickUpstream(rows, model);
  return found && [found.upstream.name, found.model];
};

test.each([
  ['openai/gpt-4o', 'openai', 'gpt-4o'],
  ['vllm/meta-llama/Llama-3', 'vllm', 'meta-llama/Llama-3'],
  ['meta-llama/Llama-3', 'vllm', 'meta-llama/Llama-3'],
  ['gpt-4o', 'openai', 'gpt-4o'],
  ['gpt-4o-mini-2024', 'mini', 'gpt-4o-mini-2024'],
  ['o3', 'openai', 'o3'],
  ['qwen', 'vllm', 'qwen'],
  ['openai/', 'vllm', 'openai/'],
  ['/gpt-4o', 'vllm', '/gpt-4o'],
])('%s goes to %s as %s', (model, name, as) => {
  expect(picked(model)).toEqual([name, as]);
});

test('without a default a model that no prefix matches has no upstream', () => {
  expect(picked('qwen', [mini, openai])).toBeNull();
  expect(picked('meta-llama/Llama-3', [mini, openai])).toBeNull();
  expect(picked('gpt-4o', [])).toBeNull();
});

test('of equal prefixes the first upstream has the model', () => {
  expect(picked('gpt-5', [openai, { ...openai, name: 'other' }])).toEqual(['openai', 'gpt-5']);
});
