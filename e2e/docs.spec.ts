import { expect as promptly, test } from '#e2e/support/journey.ts';

/** The page draws every operation anew at each change, which a busy machine takes its time for. */
const expect = promptly.configure({ timeout: 60_000 });

test('the API reference shows every operation, and a call from it is answered', async ({ page, ringback }) => {
  test.slow();
  await page.goto('/docs');
  await expect(page.getByRole('heading', { name: /^Ringback/ })).toBeVisible();
  const document = (await (await page.request.get('/v1/openapi.json')).json()) as { paths: Record<string, object> };
  const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
  // The webhooks are shown as operations too.
  await expect.poll(() => page.locator('.opblock').count()).toBeGreaterThanOrEqual(operations.length);

  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByRole('textbox', { name: /auth/i }).fill(ringback.apiKey);
  await page.getByRole('button', { name: 'Apply credentials' }).click();
  await page.getByRole('button', { name: 'Close' }).last().click();

  const list = page.locator('.opblock', { hasText: 'List jobs' });
  await list.getByRole('button').first().click();
  await expect(list.getByText('Scope: jobs:read.')).toBeVisible();
  await list.getByRole('button', { name: 'Try it out' }).click();
  await list.getByRole('button', { name: 'Execute' }).click();
  await expect(list.locator('.live-responses-table .response-col_status').last()).toContainText('200');
});
