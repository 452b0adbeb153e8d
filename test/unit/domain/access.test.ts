import { expect, it } from 'vitest';
import { readRole, readScopes } from '#src/domain/access.ts';

it('a stored text that is no role is nobody’s right', () => {
  expect(readRole('viewer')).toBe('viewer');
  expect(() => readRole('root')).toThrow('"root" is no role');
});

it('a stored scope that this version does not know is left out', () => {
  expect(readScopes(['callbacks:admin', 'planets:read', 'jobs:read'])).toEqual(['callbacks:admin', 'jobs:read']);
});
