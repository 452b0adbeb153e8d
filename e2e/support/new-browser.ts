import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { Ringback } from './ringback.ts';

/** Somebody else's browser, which knows nothing yet. */
export async function newBrowser(
  browser: Browser,
  { url }: Ringback,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL: url });
  return { context, page: await context.newPage() };
}
