import { gzipSync } from 'node:zlib';
import type { Page, Response } from '@playwright/test';
import { expect, test } from '#e2e/support/journey.ts';
import { rest } from '#e2e/support/rest.ts';
import { untilSettled } from '#e2e/support/settled.ts';
import { submit } from '#e2e/support/submit.ts';

const limitKb = 320;
/** The playground reads policies and computes what would happen, as the server does. */
const playgroundKb = 355;

test('no page loads more than 320 kB of scripts', async ({ page, ringback, signIn }) => {
  test.slow();
  // The start page of an empty project is another one.
  const id = await submit(ringback, { url: `${ringback.url}/playground/target` });
  const { id: endpoint } = await rest<{ id: string }>(ringback, 'POST /v1/endpoints', {
    ...{ name: 'weighed', url: `${ringback.url}/playground/inbox/weighed` },
  });
  await signIn(page);
  await page.goto('/jobs');
  const places = page.getByRole('complementary', { name: 'Project' }).getByRole('navigation').getByRole('link');
  await places.first().waitFor();
  const paths = await places.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(paths.length).toBeGreaterThan(10);
  for (const path of [...paths, `/jobs/${id}`, `/endpoints/${endpoint}`]) {
    await test.step(path, async () => {
      const { files, kb } = await scriptsOf(page, path);
      expect(files, path).toBeGreaterThan(5);
      expect.soft(kb, path).toBeLessThan(path === '/try' ? playgroundKb : limitKb);
    });
  }
});

/** Loads a page anew and weighs the scripts that it asks for. */
async function scriptsOf(page: Page, path: string): Promise<{ files: number; kb: number }> {
  const sizes: Promise<number>[] = [];
  const weigh = (response: Response) => {
    if (/\.js(\?|$)/.test(response.url())) sizes.push(response.body().then((body) => gzipSync(body).byteLength));
  };
  page.on('response', weigh);
  await page.goto(path);
  await untilSettled(page);
  page.off('response', weigh);
  const all = await Promise.all(sizes);
  return { files: all.length, kb: all.reduce((sum, size) => sum + size, 0) / 1_000 };
}
