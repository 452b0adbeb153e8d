import type { Page } from '@playwright/test';
import { expect } from './journey.ts';

/** Goes to a page by two keys, such as `g j`. They count within a second, which may pass between them on a busy machine. */
export async function goByKeys(page: Page, keys: string, url: string): Promise<void> {
  await expect(async () => {
    for (const key of keys.split(' ')) await page.keyboard.press(key);
    await expect(page).toHaveURL(url, { timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
}
