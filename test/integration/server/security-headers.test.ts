import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${ringback.url}${path}`, { headers, redirect: 'manual' });

function directives(answer: Response): Record<string, string> {
  const policy = answer.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    policy.split('; ').map((directive) => [directive.split(' ')[0] ?? '', directive.slice(directive.indexOf(' ') + 1)]),
  );
}

describe('pages of the dashboard', () => {
  it('run only what carries the nonce of just this answer', async () => {
    const [one, two] = [await get('/sign-in'), await get('/sign-in')];
    const nonce = /^'nonce-([A-Za-z0-9+/]{22}==)' 'strict-dynamic'$/.exec(directives(one)['script-src'] ?? '')?.[1];
    expect(nonce).toBeDefined();
    const page = await one.text();
    expect(page).toContain(`nonce="${nonce}"`);
    for (const [tag] of page.matchAll(/<(?:script|style)[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`);
    expect(directives(two)['script-src']).not.toContain(nonce);
  });

  it('take nothing from elsewhere, and are no part of another page', async () => {
    expect(directives(await get('/jobs'))).toMatchObject({
      'default-src': "'self'",
      'worker-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
  });

  it('do not let the browser guess, tell others, or share a window', async () => {
    const { headers } = await get('/jobs');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toContain('camera=()');
  });

  it('tell not even ourselves of an address that holds a secret', async () => {
    expect((await get('/join?token=x')).headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('take no nonce from whoever asks', async () => {
    const answer = await get('/sign-in', {
      'content-security-policy': "script-src 'nonce-Y2hvc2VuYnltZQ=='",
      'content-security-policy-report-only': "script-src 'nonce-Y2hvc2VuYnltZQ=='",
      'x-nonce': 'Y2hvc2VuYnltZQ==',
    });
    expect(await answer.text()).not.toContain('Y2hvc2VuYnltZQ==');
  });
});

describe('all other answers', () => {
  it.each([
    '/v1/jobs/job_1',
    '/api/trpc/session.me',
    '/api/auth/get-session',
    '/api/nothing',
    '/healthz',
    '/playground/target',
  ])('%s run and load nothing, should a browser be led to them', async (path) => {
    const answer = await get(path);
    expect(directives(answer)).toMatchObject({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(['/errors', '/playground/inbox/headers'])('%s have a style of their own and no script', async (path) => {
    const policy = directives(await get(path, { accept: 'text/html' }));
    expect(policy).toMatchObject({ 'default-src': "'none'", 'style-src': expect.stringMatching(/^'sha256-[^']+'$/) });
    expect(policy['script-src']).toBeUndefined();
  });
});
