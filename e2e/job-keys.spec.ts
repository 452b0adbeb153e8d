import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { allJobs, untilCount } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';

const none = { retry: 'none' };

test('the page of a job is used with keys: attempts, neighbours of its list, run again, edits', async ({
  page,
  project,
}) => {
  test.slow();
  const url = `${project.url}/playground/target`;
  const retry = { '429,503': { minTimeoutInMs: 1, maxTimeoutInMs: 2 } };
  await submit(project, { url: `${url}?plan=200&key=old`, ...none });
  await submit(project, { url: `${url}?plan=429,503,200&key=middle`, retry });
  await submit(project, { url: `${url}?plan=200&key=new`, ...none });
  await untilCount(project, 'state=completed', 3);
  const heading = page.getByRole('heading', { level: 1 });

  await test.step('from the list to its second job and to those beside it', async () => {
    await page.goto('/jobs');
    await page.getByRole('link', { name: /key=middle/ }).click();
    await expect(heading).toContainText('key=middle');
    await page.keyboard.press('j');
    await expect(heading).toContainText('key=old');
    await page.keyboard.press('j');
    await expect(page.getByRole('link', { name: 'Next job of the list' })).toHaveCount(0);
    await expect(heading).toContainText('key=old');
    await page.keyboard.press('k');
    await expect(heading).toContainText('key=middle');
    await page.keyboard.press('k');
    await expect(heading).toContainText('key=new');
    await page.getByRole('link', { name: 'Next job of the list' }).click();
    await expect(heading).toContainText('key=middle');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('through its attempts', async () => {
    await expect(page.getByRole('region', { name: 'Attempt 3' })).toBeVisible();
    await page.keyboard.press(',');
    await page.keyboard.press(',');
    await page.keyboard.press(',');
    await expect(page.getByRole('region', { name: 'Attempt 1' })).toContainText('429');
    await page.keyboard.press('.');
    await expect(page.getByRole('region', { name: 'Attempt 2' })).toContainText('503');
  });

  await test.step('the help of keys has them', async () => {
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByRole('region', { name: 'A job' });
    await expect(help).toContainText('Next, previous job of its list');
    await expect(help).toContainText('Run again with edits');
    await page.keyboard.press('Escape');
    await expect(help).toBeHidden();
  });

  await test.step('running it again asks first', async () => {
    await page.keyboard.press('r');
    const question = page.getByRole('alertdialog', { name: 'Run this job again?' });
    await expectAccessibleInBothThemes(page);
    await question.getByRole('button', { name: 'Not now' }).click();
    await expect(question).toBeHidden();
    expect(await allJobs(project)).toHaveLength(3);
    await page.keyboard.press('r');
    await question.getByRole('button', { name: 'Run again' }).click();
    await untilCount(project, 'state=completed', 4);
    await expect(heading).toContainText('Completed');
  });

  await test.step('keys that are typed into a field are letters', async () => {
    await page.keyboard.press('e');
    await expect(page).toHaveURL(/\/again$/);
    await page.getByLabel('URL', { exact: true }).press('r');
    await page.getByLabel('URL', { exact: true }).press('c');
    await expect(page.getByLabel('URL', { exact: true })).toHaveValue(/rc$|^rc/);
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
  });
});

test('a job that waits is cancelled with a key, after a question, and one that was not in a list has no neighbours', async ({
  page,
  project,
}) => {
  const id = await submit(project, { url: `${project.url}/playground/target?plan=200`, delaySeconds: 3_600 });
  await page.goto(`/jobs/${id}`);
  await expect(page.getByRole('button', { name: 'Cancel job' })).toBeVisible();
  await page.keyboard.press('r');
  await page.keyboard.press('j');
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await page.keyboard.press('c');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel job' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Cancelled');
  await expect(page).toHaveURL(`/jobs/${id}`);
});

test('who may only look has the keys that look, and no others', async ({ page, project }) => {
  const id = await submit(project, { url: `${project.url}/playground/target?plan=404`, ...none });
  await untilCount(project, 'state=failed', 1);
  await page.route('**/api/trpc/**', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace('"role":"owner"', '"role":"viewer"') });
  });
  await page.goto(`/jobs/${id}`);
  await expect(page.getByRole('button', { name: 'Copy as cURL or TypeScript' })).toBeVisible();
  await page.keyboard.press('r');
  await page.keyboard.press('e');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(page).toHaveURL(`/jobs/${id}`);
});
