import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { chromium, type Page } from '@playwright/test';
import { chromiumArgs, findOrInstallChromium } from '#test/support/chromium.ts';
import type { Stack } from './stack.ts';

export type PageFigures = { usableMs: number; scriptBytes: number };

const visits = 5;

/**
 * Measures the median time until a signed-in person sees the first jobs, over some visits with an empty cache, and the
 * packed size of the page's scripts. Returns null without a build.
 */
export async function measurePage(stack: Stack): Promise<PageFigures | null> {
  if (!existsSync('.next/RINGBACK_BUILT')) return null;
  const browser = await chromium.launch({ executablePath: await findOrInstallChromium(), args: chromiumArgs });
  try {
    const context = await browser.newContext();
    const { email, password } = stack.credentials.dashboard;
    await context.request.post(`${stack.url}/api/auth/sign-in/email`, {
      headers: { origin: stack.url },
      data: { email, password },
    });
    const page = await context.newPage();
    const scripts = new Map<string, number>();
    page.on('response', async (response) => {
      if (response.request().resourceType() !== 'script') return;
      const body = await response.body().catch(() => null);
      if (body) scripts.set(response.url(), gzipSync(body).byteLength);
    });
    const visit = async (tab: Page) => {
      const startedAt = performance.now();
      await tab.goto(`${stack.url}/jobs`);
      await tab.locator('a[href*="/jobs/job_"]').first().waitFor();
      return performance.now() - startedAt;
    };
    // The server makes its first page slowly, only once. The measurement is the first visit of a new browser after
    // that.
    await visit(page);
    // The page's stream of changes stays open, so the network is never idle. The loop waits until no new scripts
    // arrive.
    for (let seen = -1; seen !== scripts.size; ) {
      seen = scripts.size;
      await page.waitForTimeout(500);
    }
    const scriptBytes = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
    const storageState = await context.storageState();
    const times: number[] = [];
    for (let n = 0; n < visits; n++) {
      const fresh = await browser.newContext({ storageState });
      times.push(await visit(await fresh.newPage()));
      await fresh.close();
    }
    return { usableMs: times.sort((a, b) => a - b)[Math.floor(visits / 2)] ?? Number.NaN, scriptBytes };
  } finally {
    await browser.close();
  }
}
