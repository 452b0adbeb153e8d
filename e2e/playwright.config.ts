import { defineConfig } from '@playwright/test';
import { chromiumArgs, findOrInstallChromium } from '#test/support/chromium.ts';
import { keepTemporaryFilesInMemory } from '#test/support/temporary.ts';

// Playwright's workers read this file again and inherit the environment: the search is done once.
const executablePath = process.env.RINGBACK_BROWSER ?? (await findOrInstallChromium());
process.env.RINGBACK_BROWSER = executablePath;
keepTemporaryFilesInMemory();

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  forbidOnly: true,
  // Each has a Ringback and a browser of its own. Journeys wait as much as they compute, so two fit on two cores.
  workers: 2,
  retries: 0,
  // The integration tests run beside them. A limit is met only by what is wrong, so a slow machine has room.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath, args: chromiumArgs },
    viewport: { width: 1280, height: 800 },
    // Playwright waits until what it clicks stands still, so animations only cost time.
    contextOptions: { reducedMotion: 'reduce' },
    trace: process.env.RINGBACK_TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
  },
});
