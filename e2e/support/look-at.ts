import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothThemes } from './journey.ts';
import { untilSettled } from './settled.ts';

/** Checks that a page is accessible in both themes, and that it is no wider than a screen or a phone. */
export async function lookAt(page: Page, path: string): Promise<void> {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await untilSettled(page);
    const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(sideways), `${path} at ${width}`).toBe(0);
    if (width === 1280) await expectAccessibleInBothThemes(page);
    else await expectAccessible(page);
  }
}
