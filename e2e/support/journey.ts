import { AxeBuilder } from '@axe-core/playwright';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { type Ringback, startRingback } from './ringback.ts';

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;
type Shared = {
  ringback: Ringback;
  /** Answers the cookies of a session of the first person: the same one for as long as it lives. */
  session: () => Promise<Cookies>;
};
type Given = {
  /**
   * Signs in as the person the first start has made: the pages that are loaded from then on are theirs. Without the form,
   * which only so many attempts a minute may be made with.
   */
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
  session: [
    async ({ playwright, ringback }, use) => {
      const request = await playwright.request.newContext({ baseURL: ringback.url });
      await use(async () => {
        const known = await request.get('/api/trpc/session.me');
        if (known.status() === 401) {
          const answer = await request.post('/api/auth/sign-in/email', {
            headers: { origin: ringback.url },
            data: ringback.dashboard,
          });
          expect(answer.status()).toBe(200);
        }
        return (await request.storageState()).cookies;
      });
      await request.dispose();
    },
    { scope: 'worker' },
  ],
  signIn: async ({ session }, use) =>
    use(async (page) => {
      await page.context().addCookies(await session());
    }),
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
      // What a journey answers in place of Ringback may be under way, and fails once the page is closed.
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('ringback.log', { body: ringback.output(), contentType: 'text/plain' });
      }
      expect(complaints, 'errors in the console of the browser').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** What a theme alone can break. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/**
 * Fails with every rule of WCAG 2.2 A and AA that axe sees broken on the page as it is now, and where. `within` names a part
 * of it: what an open menu covers in part counts as a target that is too small.
 */
export async function expectAccessible(page: Page, within = 'html'): Promise<void> {
  // A page that has just been gone to has its title a moment later.
  await expect.poll(() => page.title()).not.toBe('');
  await expectUnbroken(page, axe(page, within).withTags(tags));
}

/** The same in both themes, without motion: a colour half-way through its change is nobody's. */
export async function expectAccessibleInBothThemes(page: Page, within = 'html'): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await expectAccessible(page, within);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await expectUnbroken(page, axe(page, within).withRules(colourRules));
}

function axe(page: Page, within: string): AxeBuilder {
  return (
    new AxeBuilder({ page })
      .include(within)
      // Around an open menu: they pass the focus on at once, and never hold it.
      .exclude('[data-base-ui-focus-guard]')
      // Our pages have no frames, for which it would open another page each time.
      .setLegacyMode()
  );
}

async function expectUnbroken(page: Page, builder: AxeBuilder): Promise<void> {
  await untilColoured(page);
  const { violations } = await builder.analyze();
  const broken = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map((node) => node.target.join(' ')),
  }));
  expect(broken).toEqual([]);
}

/** A list that is loaded anew is dimmed meanwhile, and fades back: its colours count from then on. */
async function untilColoured(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isFading = ({ playState, effect }: Animation) =>
      playState === 'running' && effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
    return document.querySelector('main [aria-busy="true"]') === null && !document.getAnimations().some(isFading);
  });
}
