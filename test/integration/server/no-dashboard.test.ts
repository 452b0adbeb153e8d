import { expect, it, onTestFinished } from 'vitest';
import { startRingback } from '#test/support/ringback.ts';

it('without a built dashboard every page says what builds it, and opens it later', async () => {
  const ringback = await startRingback({ worker: false });
  onTestFinished(() => ringback.close());
  for (const path of ['/', '/jobs', '/jobs/job_01']) {
    const answer = await fetch(ringback.url + path);
    expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '1']);
    const page = await answer.text();
    expect(page).toContain('The dashboard is not built yet. If no build is running, run “ringback build”.');
    expect(page).toContain('http-equiv="refresh"');
  }
  expect((await fetch(`${ringback.url}/readyz`)).status).toBe(200);
});
