import { expect, it } from 'vitest';
import type { ApiKey } from '#src/contract/project/scope.ts';
import { keyThatSubmits } from '#src/ui/start/use-first-key.ts';

const now = Date.parse('2026-01-02T00:00:00Z');
const key = (name: string, more: Partial<ApiKey> = {}): ApiKey => ({
  id: `key_${name}`,
  name,
  hint: 'abcd',
  scopes: ['jobs:write'],
  createdAt: '2026-01-01T00:00:00Z',
  lastUsedAt: null,
  expiresAt: null,
  revokedAt: null,
  ...more,
});

it('shows the newest key that can submit, and none that is revoked, expired or only reads', () => {
  const unfit = [
    key('revoked', { revokedAt: '2026-01-01T12:00:00Z' }),
    key('expired', { expiresAt: '2026-01-02T00:00:00Z' }),
    key('reader', { scopes: ['jobs:read', 'callbacks:admin'] }),
  ];
  expect(keyThatSubmits([...unfit, key('newer', { scopes: ['admin'] }), key('older')], now)?.name).toBe('newer');
  expect(keyThatSubmits(unfit, now)).toBeNull();
});
