import type { Locator } from '@playwright/test';
import { expect } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest, untilCount } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';

test('rows of deliveries stay where they are: new ones wait until they are asked for', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { id } = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: 'billing',
    url: `${receiver.url}/hook`,
  });
  await tell(project, 2);
  await receiver.waitFor(2);

  await test.step('on their page', async () => {
    await page.goto('/deliveries');
    const rows = page.locator('tbody tr');
    await expect(rows).toHaveCount(2);
    const before = await hrefs(rows);
    await expect(page.getByRole('button', { name: /new/ })).toBeHidden();
    await tell(project, 4);
    const more = page.getByRole('button', { name: '2 new deliveries' });
    await expect(more).toBeVisible();
    expect(await hrefs(rows)).toEqual(before);
    await more.click();
    await expect(rows).toHaveCount(4);
    await expect(more).toBeHidden();
    expect((await hrefs(rows)).slice(2)).toEqual(before);
  });

  await test.step('on the page of their endpoint', async () => {
    await page.goto(`/endpoints/${id}`);
    const card = page.getByRole('region', { name: 'Recent deliveries' });
    const rows = card.locator('tbody tr');
    await expect(rows).toHaveCount(4);
    const before = await hrefs(rows);
    await tell(project, 5);
    await expect(card.getByRole('button', { name: '1 new: show' })).toBeVisible();
    expect(await hrefs(rows)).toEqual(before);
    await card.getByRole('button', { name: '1 new: show' }).click();
    await expect(rows).toHaveCount(5);
  });
});

test('a row that no longer matches the filter stays, and is greyed', async ({ page, project, receiver }) => {
  test.slow();
  receiver.answer(503);
  await rest(project, 'POST /v1/endpoints', {
    ...{ name: 'billing', url: `${receiver.url}/hook` },
    // However many attempts fail before the page is there, the next one is near.
    scheduleSeconds: Array(20).fill(5),
  });
  await tell(project, 1);
  await receiver.waitFor(1);
  await page.goto('/deliveries?state=retrying');
  const row = page.locator('tbody tr');
  await expect(row).toContainText('503');
  receiver.answer(204);
  await expect(row).toContainText('Moved on');
  await page.getByRole('button', { name: 'Refresh, 1 moved on' }).click();
  await expect(page.getByText('No delivery matches')).toBeVisible();
});

/** Submits a job that calls back, and waits until so many have ended. */
async function tell(project: Project, ended: number): Promise<void> {
  const missing = ended - (await rest<unknown[]>(project, 'GET /v1/jobs/export?format=json')).length;
  for (let left = missing; left > 0; left--) {
    await submit(project, { url: `${project.url}/playground/target?plan=200`, callback: { endpoint: 'billing' } });
  }
  await untilCount(project, 'state=completed', ended);
}

function hrefs(rows: Locator): Promise<(string | null)[]> {
  return rows.evaluateAll((all) => all.map((row) => row.querySelector('.row-link')?.getAttribute('href') ?? null));
}
