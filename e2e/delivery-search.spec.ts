import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest } from '#e2e/support/rest.ts';
import { untilSettled } from '#e2e/support/settled.ts';
import { submit } from '#e2e/support/submit.ts';

type Sent = { deliveries: { id: string; jobId: string; endpointId: string | null }[] };
type Seeded = { billing: string; shipping: string; gaveUp: string; fine: string; endpoint: string; job: string };

const sent = async (project: Project, query: string) =>
  (await rest<Sent>(project, `GET /v1/deliveries?${query}`)).deliveries;

/** A delivery that waits at each of two endpoints, one to a URL that failed, and one that was delivered there. */
async function seed(project: Project, receiver: { url: string; answer: (status: number) => void }): Promise<Seeded> {
  const target = `${project.url}/playground/target?plan=200`;
  const made = (name: string) =>
    rest<{ id: string }>(project, 'POST /v1/endpoints', {
      ...{ name, url: `${receiver.url}/${name}`, scheduleSeconds: [600] },
    });
  const [{ id: endpoint }] = await Promise.all([made('billing'), made('shipping')]);
  const one = async (callback: object, query: string) => {
    const job = await submit(project, { url: target, callback });
    const found = () => sent(project, `jobId=${job}&${query}`);
    await expect.poll(async () => (await found()).length).toBe(1);
    return { job, id: (await found())[0]?.id ?? '' };
  };
  const fine = await one({ url: `${receiver.url}/fine` }, 'state=delivered');
  receiver.answer(410);
  const gaveUp = await one({ url: `${receiver.url}/gave-up`, retry: { scheduleSeconds: [] } }, 'state=failed');
  receiver.answer(503);
  const [billing, shipping] = [
    await one({ endpoint: 'billing' }, 'state=retrying'),
    await one({ endpoint: 'shipping' }, 'state=retrying'),
  ];
  return {
    ...{ billing: billing.id, shipping: shipping.id, gaveUp: gaveUp.id, fine: fine.id },
    ...{ endpoint, job: gaveUp.job },
  };
}

const listed = (page: Page) =>
  page
    .locator('tbody a[href*="/deliveries/dlv_"]')
    .evaluateAll((links) =>
      [...new Set(links.map((link) => /dlv_[a-z0-9]+/.exec(link.getAttribute('href') ?? '')?.[0]))].toSorted(),
    );
const shows = (page: Page, ...ids: string[]) => expect.poll(() => listed(page)).toEqual(ids.toSorted());
const box = (page: Page) => page.getByRole('combobox', { name: 'Search deliveries' });
const chip = (page: Page, name: string) => page.getByRole('button', { name: `Remove the filter ${name}`, exact: true });
const tab = (page: Page, name: RegExp) => page.getByRole('navigation', { name: 'States' }).getByRole('link', { name });

test('deliveries are searched like jobs: typed, offered by keyboard, and in step with chips and the address', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { billing, shipping, gaveUp, fine, endpoint, job } = await seed(project, receiver);
  await page.goto('/deliveries');
  await shows(page, billing, shipping, gaveUp, fine);

  await test.step('keys and names of endpoints are offered, and picked by keyboard', async () => {
    await page.keyboard.press('/');
    await expect(box(page)).toBeFocused();
    await page.keyboard.type('end');
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('option', { name: /^endpoint/ })).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(box(page)).toHaveValue('endpoint:');
    await page.keyboard.type('bil');
    const option = page.getByRole('option', { name: 'billing' });
    await expect(option).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expect(box(page)).toHaveAttribute('aria-activedescendant', (await option.getAttribute('id')) ?? '');
    await expectAccessibleInBothThemes(page);
    await page.keyboard.press('Enter');
    await expect(box(page)).toHaveValue('endpoint:billing ');
    await expect(page).toHaveURL('/deliveries?endpoint=billing');
    await shows(page, billing);
    await expect(chip(page, 'endpoint is billing')).toBeVisible();
  });

  await test.step('what is typed makes chips and a tab, and is in the address', async () => {
    await box(page).fill('state:open status:5xx type:job.completed');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/deliveries?state=open&type=job.completed&status=5xx');
    await shows(page, billing, shipping);
    await expect(tab(page, /^Open/)).toHaveAttribute('aria-current', 'page');
    for (const name of ['type is job.completed', 'status is 5xx']) await expect(chip(page, name)).toBeVisible();
    await page.reload();
    await shows(page, billing, shipping);
    await expect(box(page)).toHaveValue('state:open type:job.completed status:5xx');
  });

  await test.step('a tab and a chip change the text, and Back brings it back', async () => {
    await tab(page, /^All/).click();
    await expect(box(page)).toHaveValue('type:job.completed status:5xx');
    await chip(page, 'type is job.completed').click();
    await expect(box(page)).toHaveValue('status:5xx');
    await page.getByRole('button', { name: 'status is 5xx', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Change the filter' });
    await form.getByRole('combobox', { name: 'Last status' }).fill('41');
    // An answer that a delivery has had.
    await expect(form.getByRole('option', { name: '410' })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expectAccessibleInBothThemes(page);
    await page.keyboard.press('Enter');
    await shows(page, gaveUp);
    await expect(box(page)).toHaveValue('status:410');
    await page.goBack();
    await expect(page).toHaveURL('/deliveries?status=5xx');
    await expect(box(page)).toHaveValue('status:5xx');
    await shows(page, billing, shipping);
  });

  await test.step('a filter is added by its name', async () => {
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Add a filter' });
    await form.getByRole('combobox', { name: 'Endpoint' }).fill('ship');
    await expect(form.getByRole('option', { name: 'shipping' })).toBeVisible();
    await form.getByRole('option', { name: 'shipping' }).click();
    await form.getByRole('button', { name: 'Add filter' }).click();
    await shows(page, shipping);
    await expect(box(page)).toHaveValue('endpoint:shipping status:5xx');
    await page.getByRole('link', { name: 'Clear' }).click();
    await expect(page).toHaveURL('/deliveries');
    await expect(box(page)).toHaveValue('');
  });

  await test.step('origins and kinds of failure are offered, and found exactly', async () => {
    const { origin, host } = new URL(receiver.url);
    await box(page).fill('origin:');
    await page.getByRole('option', { name: origin }).click();
    await shows(page, gaveUp, fine);
    await box(page).fill('failure:410');
    const option = page.getByRole('option', { name: /410/ });
    await expect(option).toContainText(host.split(':')[0] ?? '');
    await option.click();
    await shows(page, gaveUp);
    await box(page).fill(`job:${job} "gave-up"`);
    await page.keyboard.press('Enter');
    await shows(page, gaveUp);
    await expect(page).toHaveURL(`/deliveries?q=gave-up&job=${job}`);
  });

  await test.step('links that name an endpoint by its id lead to it, also once it is deleted', async () => {
    await page.goto(`/deliveries?endpoint=${endpoint}`);
    await shows(page, billing);
    await expect(chip(page, 'endpoint is billing')).toBeVisible();
    await expect(box(page)).toHaveValue(`endpoint:${endpoint}`);
    await rest(project, `DELETE /v1/endpoints/${endpoint}`);
    await page.reload();
    await shows(page, billing);
    await expect(chip(page, `endpoint is ${endpoint}`)).toBeVisible();
    await page.goto('/deliveries?endpoint=billing');
    await expect(page.getByText('No delivery matches')).toBeVisible();
  });

  await test.step('a phone has room for the box and the chips', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(
      `/deliveries?endpoint=shipping&type=job.completed&status=5xx&state=open&origin=${'http://a.example'}`,
    );
    await expect(page.getByText('No delivery matches')).toBeVisible();
    await untilSettled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
      0,
    );
    await box(page).click();
    await expectAccessible(page);
  });
});

test('what is wrong with a search for deliveries is said in words, and nothing is searched for', async ({
  page,
  project,
  receiver,
}) => {
  const { billing, shipping, gaveUp, fine } = await seed(project, receiver);
  await page.goto('/deliveries');
  const problem = page.getByRole('search').getByRole('alert');
  for (const [typed, words] of [
    ['endpont:billing', 'There is no filter endpont. Did you mean endpoint?'],
    ['state:deliverd', 'did you mean delivered?'],
    ['type:job.faild', 'did you mean job.failed?'],
    ['-status:5xx', 'status cannot be excluded; nothing can.'],
    ['origin:app.example.com', 'origin must be an origin such as https://app.example.com'],
    ['job:42', 'job must be the whole id of a job, job_…'],
  ] as const) {
    await box(page).fill(typed);
    await page.keyboard.press('Enter');
    await expect(problem).toContainText(words);
    await expect(box(page)).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(page).toHaveURL('/deliveries');
  await shows(page, billing, shipping, gaveUp, fine);
  await expectAccessibleInBothThemes(page);
  await page.keyboard.press('Escape');
  await expect(problem).toBeHidden();
  await expect(box(page)).toHaveValue('');

  await test.step('a filter that is still being typed is not wrong yet', async () => {
    await box(page).pressSequentially('state:wai');
    await expect(page.getByRole('option', { name: 'waiting' })).toBeVisible();
    await expect(problem).toBeHidden();
    await page.getByRole('option', { name: 'waiting' }).click();
    await expect(page).toHaveURL('/deliveries?state=waiting');
    await shows(page, billing, shipping);
    await expect(tab(page, /^Waiting 2/)).toHaveAttribute('aria-current', 'page');
  });
});
