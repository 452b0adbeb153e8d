import type { Locator } from '@playwright/test';
import { expect } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { submitMany, untilCount } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';

const hour = 3_600_000;

test('beside the peek the current tab is in sight, and the small buttons stay in the first line', async ({
  page,
  project,
  receiver,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const id = await submit(project, { url: `${project.url}/playground/target?plan=404`, callback: receiver.url });
  await untilCount(project, 'state=failed', 1);
  await page.goto(`/jobs?state=cancelled&peek=${id}`);
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await expect(peek.getByRole('button', { name: 'Run again' })).toBeVisible();
  const strip = page.getByRole('navigation', { name: 'State' });
  const current = strip.getByRole('link', { name: 'Cancelled' });
  await expect.poll(() => isInside(current, strip)).toBe(true);
  await page.setViewportSize({ width: 1100, height: 900 });
  const top = async (of: Locator) => (await of.boundingBox())?.y;
  const more = peek.getByRole('button', { name: 'More' });
  await expect(more).toBeInViewport();
  // Two looks at a page that still moves do not fit together.
  const apart = async () =>
    ((await top(more)) ?? 0) - ((await top(peek.getByRole('button', { name: 'Run again' }))) ?? 9);
  await expect.poll(apart).toBe(0);
});

test('how long it is until the next attempt, and what an attempt ended with, is never cut at 1440 pixels', async ({
  page,
  project,
  receiver,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  receiver.answer('reset');
  const wait = (ms: number) => ({ connectionError: { retry: { limit: 3, minTimeoutInMs: ms, maxTimeoutInMs: ms } } });
  await submitMany(project, [
    { url: `${receiver.url}/minutes`, ...wait(299_000) },
    { url: `${receiver.url}/hours`, ...wait(2 * hour - 1_000) },
    {
      url: `${project.url}/playground/target?plan=200`,
      callback: { url: receiver.url, retry: { scheduleSeconds: [299, 7_199] } },
    },
  ]);
  await untilCount(project, 'state=retrying', 2);
  await page.goto('/jobs?state=retrying');
  await expect(page.locator('tbody tr')).toHaveCount(2);
  await expect(page.locator('tbody')).toContainText('1 h 5');
  expect(await cutTexts(page.locator('tbody'))).toEqual([]);
  await page.locator('tbody tr').filter({ hasText: 'hours' }).getByRole('link').first().click();
  const waterfall = page.getByRole('region', { name: 'Waterfall' });
  await expect(waterfall).toContainText('in 1 h 5');
  expect(await cutTexts(waterfall)).toEqual([]);
  await page.goto('/deliveries?state=retrying');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await expect(page.locator('tbody')).toContainText(/in [45] min/);
  expect(await cutTexts(page.locator('tbody'))).toEqual([]);
});

async function isInside(inner: Locator, outer: Locator): Promise<boolean> {
  const [one, all] = [await inner.boundingBox(), await outer.boundingBox()];
  return one !== null && all !== null && one.x >= all.x - 1 && one.x + one.width <= all.x + all.width + 1;
}

/** The texts that are wider than what they stand in, without addresses, which are cut on purpose. */
function cutTexts(inside: Locator): Promise<string[]> {
  return inside.evaluate((root) =>
    [...root.querySelectorAll('*')]
      .filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth)
      .filter((one) => getComputedStyle(one).overflow !== 'visible')
      .filter((one) => !one.closest('.truncate') && !one.querySelector('.truncate, input'))
      .map((one) => `${one.textContent} (${one.scrollWidth} in ${one.clientWidth})`),
  );
}
