import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { chromiumArgs } from '#test/support/chromium.ts';
import type { Stack } from './stack.ts';

export type PageFigures = { usableMs: number; scriptBytes: number };

const candidates = () =>
  [process.env.RINGBACK_CHROMIUM, chromium.executablePath(), '/usr/bin/chromium', '/usr/bin/google-chrome'].filter(
    (path) => path !== undefined && existsSync(path),
  );

/** How long until a signed-in person sees the first jobs, and what the page's scripts weigh packed; null without a browser or a build. */
export async function measurePage(stack: Stack): Promise<PageFigures | null> {
  const [executablePath] = candidates();
  if (executablePath === undefined || !existsSync('.next/RINGBACK_BUILT')) return null;
  const browser = await chromium.launch({ executablePath, args: chromiumArgs });
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
    const visit = async () => {
      const startedAt = performance.now();
      await page.goto(`${stack.url}/jobs`);
      await page.locator('a[href*="/jobs/job_"]').first().waitFor();
      return performance.now() - startedAt;
    };
    // The server makes its first page slowly, once; the browser's cache is emptied of nothing but that.
    await visit();
    await page.waitForLoadState('networkidle');
    const scriptBytes = [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0);
    const fresh = await browser.newContext({ storageState: await context.storageState() });
    const again = await fresh.newPage();
    const startedAt = performance.now();
    await again.goto(`${stack.url}/jobs`);
    await again.locator('a[href*="/jobs/job_"]').first().waitFor();
    return { usableMs: performance.now() - startedAt, scriptBytes };
  } finally {
    await browser.close();
  }
}
