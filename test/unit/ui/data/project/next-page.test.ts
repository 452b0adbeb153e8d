import { afterEach, expect, it, vi } from 'vitest';
import { nextPage } from '#src/ui/data/project/session.ts';

const origin = 'https://ringback.example.com';
const opened = (next: string) => {
  vi.stubGlobal('window', { location: { origin, search: `?next=${encodeURIComponent(next)}` } });
  return new URL(nextPage(), origin).href;
};
afterEach(() => {
  vi.unstubAllGlobals();
});

it.each(['/jobs?state=failed', '/jobs/job_1', '/'])('leads back to %s', (next) =>
  expect(opened(next)).toBe(`${origin}${next}`),
);

it.each([
  '/.//evil.example',
  '/..//evil.example',
  '/%2e//evil.example',
  '/.//evil.example/%2e%2e',
  '/.\\/evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\\\\evil.example',
  '\\\\evil.example',
  'https://evil.example',
  'https:evil.example',
  '/\t/evil.example',
  ' //evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'blob:https://ringback.example.com/x',
])('never leads from %j to another site', (next) => expect(new URL(opened(next)).origin).toBe(origin));
