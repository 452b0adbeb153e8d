import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { type Ringback, startRingback } from './ringback.ts';

type Shared = { ringback: Ringback };
type Given = {
  /** Signs in as the person the first start has made, and waits until the dashboard is there. */
  signIn: (page: Page) => Promise<void>;
  quietPage: undefined;
};

/** Playwright's `test` with a running Ringback; `page.goto('/')` is its dashboard. */
export const test = base.extend<Given, Shared>({
  ringback: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const ringback = await startRingback();
      await use(ringback);
      await ringback.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  baseURL: async ({ ringback }, use) => use(ringback.url),
  signIn: async ({ ringback }, use) => use((page) => signIn(page, ringback)),
  quietPage: [
    async ({ page, ringback }, use, testInfo) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // An answer of 4xx may be what a journey is about; what the page does with it is asserted there.
        const isAnswer = message.text().startsWith('Failed to load resource');
        if (message.type() === 'error' && !isAnswer) complaints.push(message.text());
      });
      await use(undefined);
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('ringback.log', { body: ringback.output(), contentType: 'text/plain' });
      }
      expect(complaints, 'errors in the console of the browser').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

async function signIn(page: Page, { dashboard }: Ringback): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Email').fill(dashboard.email);
  await page.getByLabel('Password').fill(dashboard.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('Password')).toBeHidden();
}

/** Fails with every rule of WCAG 2.2 A and AA that axe sees broken on the page as it is now, and where. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    // Around an open menu: they pass the focus on at once, and never hold it.
    .exclude('[data-base-ui-focus-guard]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const broken = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map((node) => node.target.join(' ')),
  }));
  expect(broken).toEqual([]);
}

/** The same in both themes, without motion: a colour half-way through its change is nobody's. */
export async function expectAccessibleInBothThemes(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page);
  }
}
