import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { createRingback, serve } from '#src/client/index.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { type ServeApp, startServeApp } from '#test/support/serve-app.ts';

let target: GatedTarget;
let app: ServeApp | null = null;
test.beforeEach(async () => {
  target = await startGatedTarget();
});
test.afterEach(async () => {
  await app?.close();
  await target.close();
});

/** Starts an app with one route: two requests at once, a step of its own and a sleep, and a request at the end. */
async function startApp(project: Project): Promise<ServeApp> {
  const report = serve(
    async ({ topic }: { topic: string }, io) => {
      const found = await Promise.all([
        io.backgroundFetch('facts', `${target.url}/${topic}/facts`),
        io.backgroundFetch('myths', `${target.url}/${topic}/myths`),
      ]);
      const draft = await io.step('save the draft', () => `draft of ${found.length}`);
      await io.sleep('a nap', 1);
      await io.backgroundFetch('publish', `${target.url}/${topic}/publish`);
      return { draft };
    },
    { url: project.url, apiKey: project.apiKey },
  );
  app = await startServeApp({ '/api/report': report });
  return app;
}

const waterfall = (page: Page) => page.getByRole('group', { name: 'Turns and steps over time' });

test('a run is found, watched to its end and led from to its jobs, and another is cancelled', async ({
  page,
  project,
}) => {
  test.slow();
  const slowly = { timeout: 60_000 };
  await page.goto('/runs');
  await expect(page.getByText('No run yet')).toBeVisible();
  await expect(page.getByText('export const POST = serve(')).toBeVisible();

  const { url } = await startApp(project);
  const client = createRingback({ url: project.url, apiKey: project.apiKey, appUrl: url });
  const first = await client.start('/api/report', { topic: 'cats' }, { labels: ['nightly'] });
  const row = page.getByRole('row', { name: /\/api\/report/ });

  await test.step('the list fills by itself, and tells what the run waits for', async () => {
    await expect(row).toContainText('waits for 2 requests', slowly);
    await expect(row).toContainText('Waiting');
    await expectAccessibleInBothThemes(page);
    await page.getByRole('link', { name: 'Failed', exact: true }).click();
    await expect(page).toHaveURL('/runs?state=failed');
    await expect(page.getByText('No run matches')).toBeVisible();
    await page.goto('/runs?state=waiting&label=nightly');
    await row.getByRole('link', { name: '/api/report' }).click();
    await expect(page).toHaveURL(`/runs/${first.id}`);
  });

  await test.step('its page shows the steps that it waits for, and goes on by itself to the end', async () => {
    await expect(page.getByText('Waits for 2 requests')).toBeVisible();
    await expect(waterfall(page).getByRole('link', { name: /facts/ })).toContainText('In progress', slowly);
    await expectAccessibleInBothThemes(page);
    target.open();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed', slowly);
    await expect(waterfall(page)).toContainText('save the draft');
    await expect(waterfall(page)).toContainText('a nap');
    await expect(waterfall(page).getByRole('link')).toHaveCount(3);
    await expect(page.getByRole('region', { name: 'Result', exact: true })).toContainText('"draft of 2"');
    await expect(page.getByRole('button', { name: 'Cancel run' })).toBeHidden();
    await expectAccessible(page);
  });

  await test.step('the keys move along the rows; turns and steps lead to their jobs, and those back', async () => {
    const turns = waterfall(page).getByRole('button', { name: /^Turns/ });
    await turns.press('ArrowDown');
    await expect(waterfall(page).getByRole('link', { name: /facts/ })).toBeFocused();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/jobs\/job_/);
    await page.getByRole('link', { name: first.id }).click();
    await expect(page).toHaveURL(`/runs/${first.id}`);
    await turns.click();
    await expect(waterfall(page).getByRole('link', { name: 'Turn 1' })).toBeVisible();
  });

  await test.step('a second run is cancelled with its requests, in the middle of them', async () => {
    target.shut();
    const second = await client.start('/api/report', { topic: 'dogs' });
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox').fill(second.id);
    await expect(page).toHaveURL(`/runs/${second.id}`);
    await expect(page.getByText('Waits for 2 requests')).toBeVisible(slowly);
    await page.getByRole('button', { name: 'Cancel run' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Cancel this run?' });
    await expect(dialog).toContainText('Its 2 open requests are cancelled too.');
    await dialog.getByRole('button', { name: 'Cancel run' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Cancelled', slowly);
    await expect(waterfall(page).getByRole('link', { name: /facts/ })).toContainText('Cancelled', slowly);
  });

  await test.step('on a phone, nothing is cut off', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/runs', `/runs/${first.id}`]) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessible(page);
    }
  });
});
