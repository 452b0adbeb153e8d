import { expect, test } from 'vitest';
import { isBelow, joinPath, withoutSlash } from '#src/domain/upstream/join-path.ts';

const base = 'https://api.example.com/v1';

test.each([
  ['/responses', `${base}/responses`],
  ['/responses?x=1&y=../z', `${base}/responses?x=1&y=../z`],
  ['/', `${base}/`],
  ['/a/../b', `${base}/b`],
  ['/a%2Fb', `${base}/a%2Fb`],
  ['/a..b/..c', `${base}/a..b/..c`],
  ['/@evil.example', `${base}/@evil.example`],
  ['/:8080/x', `${base}/:8080/x`],
])('%s is joined', (path, href) => {
  expect(joinPath(base, path)).toEqual({ ok: true, href });
});

test.each([
  ['responses', 'begin'],
  ['', 'begin'],
  ['?x=1', 'begin'],
  ['@evil.example/', 'begin'],
  ['//evil.example/x', '//'],
  ['/\\evil.example', '//'],
  ['/..', 'above'],
  ['/../admin', 'above'],
  ['/a/../../admin', 'above'],
  ['/%2e%2e/admin', 'above'],
  ['/.%2E/v2', 'above'],
  ['/..%2fadmin', 'above'],
  ['/a/%2e%2e%5cadmin', 'above'],
  ['/..%2f..%2fv1', 'above'],
  ['/../v10/x', 'above'],
  ['/x#y', 'fragment'],
  ['/x\ny', 'control'],
  [`/${'x'.repeat(2_048)}`, 'characters'],
])('%j is refused', (path, rule) => {
  const joined = joinPath(base, path);
  expect(joined).toMatchObject({ ok: false });
  expect(joined.ok ? '' : joined.rule).toContain(rule);
});

test('a base URL without a path takes all paths of its origin', () => {
  expect(joinPath('https://api.example.com', '/x')).toEqual({ ok: true, href: 'https://api.example.com/x' });
  expect(joinPath('https://api.example.com', '//evil.example')).toMatchObject({ ok: false });
  expect(withoutSlash('https://api.example.com/')).toBe('https://api.example.com');
  expect(withoutSlash(`${base}//`)).toBe(base);
});

test('below a base URL is only what begins with all of its segments', () => {
  expect([base, `${base}/x`, `${base}?x`].every((href) => isBelow(href, base))).toBe(true);
  expect(
    [`${base}0/x`, 'https://api.example.com/', 'https://api.example.com.evil/v1/'].some((href) => isBelow(href, base)),
  ).toBe(false);
});
