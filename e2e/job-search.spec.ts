import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest, submitMany, untilCount } from '#e2e/support/rest.ts';
import { untilSettled } from '#e2e/support/settled.ts';
import { parseId } from '#src/domain/text/id.ts';

const long = 'a very long note '.repeat(20).trim();

type Seeded = Record<'called' | 'other' | 'silent' | 'fine', string>;

/** Three failed jobs, of which two have a callback that was refused, and a completed one. */
async function seed(project: Project, receiver: { url: string; answer: (status: number) => void }): Promise<Seeded> {
  receiver.answer(410);
  const target = (plan: number) => `${project.url}/playground/target?plan=${plan}`;
  const [called = '', other = '', silent = '', fine = ''] = await submitMany(project, [
    ...[
      { url: target(404), labels: ['billing'], metadata: { customer: { id: 42 }, note: long }, callback: receiver.url },
    ],
    { url: target(404), labels: ['billing'], metadata: { customer: { id: 43 } }, callback: receiver.url },
    { url: target(404), labels: ['billing'], metadata: { customer: { id: 42 } } },
    { url: target(200), labels: ['month end'], metadata: { customer: { id: 42 } } },
  ]);
  await untilCount(project, 'state=failed', 3);
  await untilCount(project, 'state=completed', 1);
  await untilCount(project, 'callback=failed', 2);
  return { called, other, silent, fine };
}

const listed = (page: Page) =>
  page
    .locator('tbody a[href*="/jobs/job_"]')
    .evaluateAll((links) => links.map((link) => /job_[a-z0-9]+/.exec(link.getAttribute('href') ?? '')?.[0]).toSorted());
const shows = (page: Page, ...ids: string[]) => expect.poll(() => listed(page)).toEqual(ids.toSorted());
const box = (page: Page) => page.getByRole('combobox', { name: 'Search jobs' });
const chip = (page: Page, name: string) => page.getByRole('button', { name: `Remove the filter ${name}`, exact: true });

test('filters are typed in one box, values are picked by keyboard, and chips keep step', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { called, other, silent, fine } = await seed(project, receiver);
  await page.goto('/jobs');
  await shows(page, called, other, silent, fine);

  await test.step('keys and known values are offered, and picked by keyboard', async () => {
    await page.keyboard.press('/');
    await expect(box(page)).toBeFocused();
    await page.keyboard.type('lab');
    await expect(page.getByRole('option', { name: /^label/ })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    // The next letter is typed before the next picture is drawn, as by somebody who types fast.
    await page.evaluate(async () => {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      document.execCommand('insertText', false, 'm');
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });
    await page.keyboard.type('on');
    await expect(box(page)).toHaveValue('label:mon');
    const option = page.getByRole('option', { name: 'month end' });
    await expect(option).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expect(option).toHaveAttribute('aria-selected', 'true');
    await expect(box(page)).toHaveAttribute('aria-activedescendant', (await option.getAttribute('id')) ?? '');
    await expectAccessibleInBothThemes(page);
    await page.keyboard.press('Enter');
    await expect(box(page)).toHaveValue('label:"month end" ');
    await expect(page).toHaveURL('/jobs?label=month+end');
    await shows(page, fine);
    await expect(chip(page, 'label is month end')).toBeVisible();
  });

  await test.step('what is typed while a filter is being taken away stays', async () => {
    await page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('input[aria-label="Search jobs"]');
      const clear = [...document.querySelectorAll('a')].find((link) => link.textContent === 'Clear');
      clear?.click();
      input?.focus();
      input?.select();
      document.execCommand('insertText', false, 'playground');
    });
    await expect(page).toHaveURL('/jobs?q=playground');
    await expect(box(page)).toHaveValue('playground');
    await shows(page, called, other, silent, fine);
  });

  await test.step('what is typed makes chips and finds exactly the right jobs', async () => {
    await box(page).fill('callback:failed meta.customer.id:42 attempts:<=3 duration:<1m state:failed');
    await page.keyboard.press('Enter');
    await shows(page, called);
    for (const name of ['callback is failed', 'customer.id is 42', 'attempts is ≤ 3', 'duration is ≤ 59999ms'])
      await expect(chip(page, name)).toBeVisible();
    const tab = page.getByRole('navigation', { name: 'State' }).getByRole('link', { name: /^Failed/ });
    await expect(tab).toHaveAttribute('aria-current', 'page');
    await page.reload();
    await shows(page, called);
    await expect(box(page)).toHaveValue(
      'state:failed callback:failed attempts:<=3 duration:<=59999ms meta.customer.id:42',
    );
  });

  await test.step('a chip that goes is taken from the text, and one that is changed is changed there', async () => {
    await chip(page, 'customer.id is 42').click();
    await shows(page, called, other);
    // Both before the page is drawn anew, as by somebody who is fast.
    await page.evaluate(() => {
      for (const name of ['duration is ≤ 59999ms', 'attempts is ≤ 3'])
        document.querySelector<HTMLElement>(`[aria-label="Remove the filter ${name}"]`)?.click();
    });
    await expect(box(page)).toHaveValue('state:failed callback:failed');
    await page.getByRole('button', { name: 'callback is failed', exact: true }).click();
    const form = page.getByRole('dialog', { name: 'Change the filter' });
    await form.getByRole('combobox', { name: 'Callback' }).fill('non');
    // Escape closes the list first, and then the form.
    await expect(form.getByRole('option', { name: 'none' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(form.getByRole('option', { name: 'none' })).toBeHidden();
    await expect(form).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(form.getByRole('combobox', { name: 'Callback' })).toHaveValue('none');
    await expectAccessibleInBothThemes(page);
    await page.keyboard.press('Enter');
    await shows(page, silent);
    await expect(box(page)).toHaveValue('state:failed callback:none');
    await page.goBack();
    await shows(page, called, other);
    await expect(box(page)).toHaveValue('state:failed callback:failed');
  });

  await test.step('text and what is excluded go together with filters', async () => {
    await box(page).fill('"plan=404" label:billing -host:nowhere.test');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/jobs?q=plan%3D404&not-host=nowhere.test&label=billing');
    await shows(page, called, other, silent);
  });
});

test('what is wrong is said in words, and nothing is searched for', async ({ page, project, receiver }) => {
  const { called, other, silent, fine } = await seed(project, receiver);
  await page.goto('/jobs');
  const problem = page.getByRole('search').getByRole('alert');
  for (const [typed, words] of [
    ['hots:a x', 'There is no filter hots. Did you mean host?'],
    ['callback:deliverd', 'did you mean delivered?'],
    ['-label:a', 'label cannot be excluded; only this can: -host:…'],
    ['attempts:many', 'attempts must be a number or a range'],
  ] as const) {
    await box(page).fill(typed);
    await page.keyboard.press('Enter');
    await expect(problem).toContainText(words);
    await expect(box(page)).toHaveAttribute('aria-invalid', 'true');
  }
  await expect(page).toHaveURL('/jobs');
  await shows(page, called, other, silent, fine);
  await expectAccessibleInBothThemes(page);
  await page.keyboard.press('Escape');
  await expect(problem).toBeHidden();
  await expect(box(page)).toHaveValue('');

  await test.step('a filter that is still being typed is not wrong yet', async () => {
    await box(page).pressSequentially('status:5');
    await expect(page.getByRole('option', { name: '5xx' })).toBeVisible();
    await expect(problem).toBeHidden();
    await page.getByRole('option', { name: '5xx' }).click();
    await expect(page).toHaveURL('/jobs?status=5xx');
    await expect(page.getByText('No job matches')).toBeVisible();
    const failed = page.getByRole('navigation', { name: 'State' }).getByRole('link', { name: /^Failed/ });
    await expect(failed).toHaveText('Failed0');
  });
});

test('columns of the metadata stand in the list, the peek, a view and an export', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { called, other, silent } = await seed(project, receiver);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/jobs?label=billing');
  await shows(page, called, other, silent);
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  const path = page.getByRole('combobox', { name: 'Path of a new column' });
  await test.step('what is known stays offered while the server is asked for what was typed', async () => {
    const asks = ({ href }: URL) => decodeURIComponent(href).includes('"text":"cust"');
    const held = Promise.withResolvers<void>();
    await page.route(asks, async (route) => {
      await held.promise;
      await route.fallback();
    });
    await path.click();
    await expect(page.getByRole('option', { name: 'customer.id' })).toBeVisible();
    const asked = page.waitForRequest((request) => asks(new URL(request.url())));
    await path.fill('cust');
    await asked;
    await expect(page.getByRole('option', { name: 'customer.id' })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    held.resolve();
    await expect(page).toHaveURL('/jobs?label=billing&column=customer.id');
  });
  await path.fill('note');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expectAccessibleInBothThemes(page);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL('/jobs?label=billing&column=customer.id&column=note');
  const cells = (id: string) =>
    page
      .locator('tbody tr')
      .filter({ has: page.locator(`a[href*="${id}"]`) })
      .getByRole('cell');
  await expect(cells(called).filter({ hasText: /^42$/ })).toBeVisible();
  await expect(cells(other).filter({ hasText: /^43$/ })).toBeVisible();
  const request = page.getByRole('columnheader', { name: 'Request' });
  expect((await request.boundingBox())?.width).toBeGreaterThan(200);
  await expect(page.getByTitle(long)).toBeVisible();
  await expect(page.getByTitle(long)).toHaveCount(1);
  await expectAccessibleInBothThemes(page);

  await test.step('in the peek', async () => {
    await page.goto(`/jobs?label=billing&column=customer.id&column=note&peek=${silent}`);
    const facts = page.getByRole('complementary', { name: 'Peek' }).getByRole('region', { name: 'Facts' });
    await expect(facts).toContainText('customer.id42');
    await expect(facts).toContainText('notenone');
    await page.keyboard.press('Escape');
  });

  await test.step('in a view that is saved', async () => {
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save these filters as a view…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Customers');
    await page.getByRole('button', { name: 'Save view' }).click();
    await expect(page.getByRole('button', { name: /^Customers/ })).toBeVisible();
    await page.goto('/jobs');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Customers' }).click();
    await expect(page).toHaveURL('/jobs?label=billing&column=customer.id&column=note');
    await expect(page.getByRole('columnheader', { name: 'customer.id' })).toBeVisible();
    await page.getByRole('link', { name: 'Clear' }).click();
    await expect(page).toHaveURL('/jobs?column=customer.id&column=note');
    await page.goBack();
  });

  await test.step('in an export', async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    const begun = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'As CSV' }).click();
    const lines = (await readFile(await (await begun).path(), 'utf8')).trim().split('\r\n');
    expect(lines[0]).toMatch(/,metadata\.customer\.id,metadata\.note$/);
    // Jobs of one batch stand in no order.
    const values = lines.slice(1).map((line) => line.split(',').slice(-2));
    expect(values.toSorted()).toEqual([
      ['42', ''],
      ['42', long],
      ['43', ''],
    ]);
  });

  await test.step('a phone has room for the box and the chips', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/jobs?label=billing&meta=customer.id%3D42&callback=failed&attempts=%3E%3D1&column=customer.id');
    await shows(page, called);
    await untilSettled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
      0,
    );
    await box(page).click();
    await expectAccessible(page);
  });
});

test('tabs say 0 once a search has looked through everything, and "0+" as long as it has not', async ({
  page,
  project,
}) => {
  // More than one search looks at.
  await withDatabase(project, (db) =>
    db.query(
      `insert into job (id, project_id, state, method, url, host, labels, max_attempts, created_at, ended_at)
       select (lpad(to_hex((extract(epoch from now() - interval '1 hour') * 1000)::bigint + n), 12, '0') || '7000' || '8000' || substr(md5(random()::text), 1, 12))::uuid,
              $1, 'completed', 'GET', 'http://x.test/' || n, 'x.test', '{}', 1, now() - interval '1 hour' + n * interval '1 ms', now()
       from generate_series(1, 10500) n`,
      [parseId('prj', project.projectId)],
    ),
  );
  const tab = (name: string) => page.getByRole('navigation', { name: 'State' }).getByRole('link', { name });
  await page.goto('/jobs?q=nowhere');
  await expect(page.getByText('None found yet')).toBeVisible();
  await expect(tab('Completed')).toHaveText('Completed0+');
  await page.getByRole('link', { name: 'Search further back' }).click();
  await expect(page.getByText('No job matches')).toBeVisible();
  for (const name of ['Completed', 'Failed', 'Cancelled']) await expect(tab(name)).toHaveText(`${name}0`);
  await page.goBack();
  await expect(page.getByText('None found yet')).toBeVisible();
  await expect(tab('Completed')).toHaveText('Completed0');
  // An index leads to the failed ones, of which there are none: this is known at once.
  await page.goto('/jobs?q=nowhere&state=failed');
  await expect(page.getByText('No job matches')).toBeVisible();
  await expect(tab('Failed')).toHaveText('Failed0');
  await expect(tab('Completed')).toHaveText('Completed0+');
});

test('jobs are found by the endpoint that rings for them, and by the operation that made them', async ({
  page,
  project,
  receiver,
}) => {
  const target = `${project.url}/playground/target`;
  await rest(project, 'POST /v1/endpoints', { name: 'billing', url: receiver.url });
  const [billed = '', silent = ''] = await submitMany(project, [
    { url: target, callback: { endpoint: 'billing' } },
    { url: target },
  ]);
  await untilCount(project, 'state=completed', 2);
  await untilCount(project, 'callback=delivered', 1);
  await page.goto('/jobs');
  await shows(page, billed, silent);
  await page.keyboard.press('/');
  await page.keyboard.type('endpoint:bil');
  const option = page.getByRole('option', { name: 'billing' });
  await expect(option).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(option).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/jobs?endpoint=billing');
  await shows(page, billed);
  await expect(chip(page, 'endpoint is billing')).toBeVisible();
  await box(page).fill('endpoint:billing callback:none');
  await page.keyboard.press('Enter');
  await shows(page, silent);

  const operation = await rest<{ id: string }>(project, 'POST /v1/jobs/rerun-many', { jobs: { ids: [silent] } });
  await untilCount(project, 'state=completed', 3);
  await page.goto(`/operations?id=${operation.id}`);
  await page.getByRole('link', { name: 'show the new jobs' }).click();
  await expect(page).toHaveURL(`/jobs?operation=${operation.id}`);
  await expect.poll(async () => (await listed(page)).length).toBe(1);
  expect([billed, silent]).not.toContain((await listed(page))[0]);
});
