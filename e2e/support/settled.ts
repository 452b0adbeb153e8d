import type { Page } from '@playwright/test';

const framesInARow = 20;

/** Until a page has its heading, nothing of it is being loaded, and that has held for some frames: parts may come late. */
export async function untilSettled(page: Page): Promise<void> {
  await page.waitForFunction((wanted) => {
    const counted = window as { settledFrames?: number };
    const isThere = document.querySelector('h1, [role="alert"]') !== null;
    const isBusy = document.querySelector('main [aria-busy="true"], main .skeleton') !== null;
    counted.settledFrames = isThere && !isBusy ? (counted.settledFrames ?? 0) + 1 : 0;
    return counted.settledFrames >= wanted;
  }, framesInARow);
  await page.evaluate(() => document.fonts.ready);
}
