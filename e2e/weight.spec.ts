import { gzipSync } from 'node:zlib';
import { expect, test } from '#e2e/support/journey.ts';
import { submit } from '#e2e/support/submit.ts';

const limitKb = 300;

test('the jobs page loads less than 300 kB of scripts', async ({ page, ringback, signIn }) => {
  // The start page of an empty project is another one.
  const id = await submit(ringback, { url: `${ringback.url}/playground/target` });
  await signIn(page);
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (/\.js(\?|$)/.test(response.url())) sizes.push(response.body().then((body) => gzipSync(body).byteLength));
  });
  await page.goto('/jobs');
  await expect(page.locator(`a[href="/jobs/${id}"]`)).toBeVisible();
  const all = await Promise.all(sizes);
  expect(all.length).toBeGreaterThan(5);
  expect(all.reduce((sum, size) => sum + size, 0) / 1_000).toBeLessThan(limitKb);
});
