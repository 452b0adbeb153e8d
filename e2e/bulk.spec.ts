import type { Page } from '@playwright/test';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { allJobs, rest, submitMany, untilCount } from '#e2e/support/rest.ts';
import type { Receiver } from '#test/support/receiver.ts';

const many = 200;

test('all jobs that failed are run again, each once, and the progress is watched to its end', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  await failMany(project, receiver, many);
  receiver.answer(200);
  await page.goto('/jobs');
  await page
    .getByRole('navigation', { name: 'State' })
    .getByRole('link', { name: /^Failed/ })
    .click();
  await expect(page).toHaveURL('/jobs?state=failed');
  await expect(page.getByRole('link', { name: /^Failed/ })).toHaveAttribute('aria-current', 'page');
  // Rows of the list before stand in until then, and what is ticked among them is not of this one.
  await expect(page.getByRole('region', { name: 'Jobs', exact: true })).toHaveAttribute('aria-busy', 'false');
  await expect(rows(page)).toHaveCount(20);
  await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
  const bar = page.getByRole('region', { name: 'Selected jobs' });
  await expect(bar).toContainText('20 selected');
  await bar.getByRole('button', { name: `Select all ${many} that match` }).click();
  await expect(bar).toContainText(`All ${many} that match`);
  await expectAccessibleInBothThemes(page);
  await bar.getByRole('button', { name: 'Run again' }).click();
  const question = page.getByRole('alertdialog', { name: `Run ${many} jobs again?` });
  await expectAccessibleInBothThemes(page);
  await question.getByRole('button', { name: `Run ${many} jobs again` }).click();

  const progress = page.getByRole('region', { name: 'Progress' });
  await expect(progress.getByRole('progressbar')).toBeVisible();
  await expect(progress.getByRole('button', { name: /^(Stop|Close)$/ })).toBeVisible();
  await expect(progress).toContainText(`${many} of ${many}, done`, { timeout: 60_000 });
  await expectAccessibleInBothThemes(page);
  await progress.getByRole('button', { name: 'Close' }).click();
  await expect(progress).toBeHidden();

  await untilCount(project, 'state=completed', many);
  const jobs = await allJobs(project);
  expect(jobs).toHaveLength(2 * many);
  const again = jobs.filter(({ rerunOf }) => rerunOf !== null);
  const originals = new Set(jobs.filter(({ rerunOf }) => rerunOf === null).map(({ id }) => id));
  expect(new Set(again.map(({ rerunOf }) => rerunOf))).toEqual(originals);
  expect(again).toHaveLength(many);
  // What reached the target is the proof: every body once before and once now.
  const bodies = receiver.received.slice(many).map(({ body }) => body.toString());
  expect(new Set(bodies).size).toBe(many);
  expect(bodies).toHaveLength(many);

  await page.goto('/operations');
  const item = page.getByRole('listitem', { name: 'Run jobs again' });
  await expect(item).toContainText('Completed');
  await expect(item).toContainText(`${many} of ${many} jobs done`);
  await expect(item).toContainText('state: failed; at most 50 a second');
});

test('an operation is stopped midway, and what it has not come to is left as it was', async ({ page, project }) => {
  test.slow();
  // At 50 a second they last for 18 s, in which it must be stopped.
  const all = 900;
  await scheduleMany(project, all);
  await page.goto('/jobs?state=scheduled');
  await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
  const bar = page.getByRole('region', { name: 'Selected jobs' });
  await bar.getByRole('button', { name: `Select all ${all} that match` }).click();
  await bar.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: `Cancel ${all} jobs` })
    .click();
  const progress = page.getByRole('region', { name: 'Progress' });
  await expect(progress).toContainText(new RegExp(`[1-9]\\d* of ${all}`));
  await progress.getByRole('button', { name: 'Stop' }).click();
  await expect(progress).toContainText(', stopped');
  await expect(progress.getByRole('button', { name: 'Close' })).toBeVisible();
  const shown = async () => Number(/(\d+) of/.exec(await progress.innerText())?.[1]);
  // An answer from before the stop may still come after it, and is then mended by the next one.
  await expect.poll(async () => (await allJobs(project, 'state=cancelled')).length - (await shown())).toBe(0);
  const done = await shown();
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(all);
  expect(await allJobs(project, 'state=scheduled')).toHaveLength(all - done);

  await page.goto('/operations');
  await expect(page.getByRole('listitem', { name: 'Cancel jobs' })).toContainText('Stopped');
  await expectAccessibleInBothThemes(page);
});

test('scheduled jobs are cancelled together, picked by keys and by a range', async ({ page, project }) => {
  await scheduleMany(project, 12);
  await page.goto('/jobs?state=scheduled');
  await expect(rows(page)).toHaveCount(12);
  const bar = page.getByRole('region', { name: 'Selected jobs' });

  await test.step('j and k move, x picks, Escape lets go', async () => {
    // The rows may be there before the page knows who looks at them, and so whether they can be picked.
    await expect(box(page, 0)).toBeVisible();
    await page.keyboard.press('j');
    await expect(rows(page).nth(0).getByRole('link')).toBeFocused();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect(rows(page).nth(1)).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('k');
    await page.keyboard.press('x');
    await expect(bar).toContainText('2 selected');
    await expect(page.getByText('Refresh is paused while rows are selected')).toBeVisible();
    await page.keyboard.press('r');
    await expect(page.getByRole('alertdialog', { name: 'Run 2 jobs again?' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('alertdialog')).toBeHidden();
    await expect(bar).toContainText('2 selected');
    await page.keyboard.press('Escape');
    await expect(bar).toBeHidden();
  });

  await test.step('Shift takes all rows between', async () => {
    await box(page, 2).click();
    await box(page, 8).click({ modifiers: ['Shift'] });
    await expect(bar).toContainText('7 selected');
    await box(page, 4).click();
    await expect(bar).toContainText('6 selected');
  });

  await bar.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel 6 jobs' }).click();
  const progress = page.getByRole('region', { name: 'Progress' });
  await expect(progress).toContainText('6 of 6, done');
  await progress.getByRole('button', { name: 'Close' }).click();
  await expect(rows(page)).toHaveCount(6);
  expect(await allJobs(project, 'state=cancelled')).toHaveLength(6);
});

test('all that match are meant until the selection or the filter changes, and no longer', async ({ page, project }) => {
  await scheduleMany(project, 3);
  await page.goto('/jobs?state=scheduled');
  await expect(rows(page)).toHaveCount(3);
  const bar = page.getByRole('region', { name: 'Selected jobs' });
  const meanAll = async () => {
    await box(page, 0).click();
    await bar.getByRole('button', { name: 'Select all 3 that match' }).click();
    await expect(bar).toContainText('All 3 that match');
  };
  for (const letGo of [
    () => bar.getByRole('button', { name: 'Clear the selection' }).click(),
    () => page.keyboard.press('Escape'),
    () => box(page, 0).click(),
  ]) {
    await meanAll();
    await letGo();
    await expect(bar).toBeHidden();
    await box(page, 1).click();
    await expect(bar).toContainText('1 selected');
    await box(page, 1).click();
  }
  await meanAll();
  await page.getByRole('navigation', { name: 'State' }).getByRole('link', { name: /^All/ }).click();
  await expect(page).toHaveURL('/jobs');
  await box(page, 1).click();
  await expect(bar).toContainText('1 selected');
  await bar.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel 1 job' }).click();
  const progress = page.getByRole('region', { name: 'Progress' });
  await expect(progress).toContainText('1 of 1, done');

  await test.step('and a key that was pressed while it went on asks nothing afterwards', async () => {
    await page.keyboard.press('r');
    await progress.getByRole('button', { name: 'Close' }).click();
    await expect(progress).toBeHidden();
    await box(page, 0).click();
    await expect(bar).toContainText('1 selected');
    await expect(page.getByRole('alertdialog')).toBeHidden();
  });
  expect(await allJobs(project, 'state=cancelled')).toHaveLength(1);
});

test('new jobs wait behind a pill, and nothing at all moves while rows are selected', async ({ page, project }) => {
  await scheduleMany(project, 3);
  await page.goto('/jobs');
  await expect(rows(page)).toHaveCount(3);
  await box(page, 0).click();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/jobs\.(list|newerCount)/.test(request.url())) asked.push(request.url());
  });
  const first = await rows(page).nth(0).innerText();
  await scheduleMany(project, 2);
  // The frame asks on its own; once it has, the list would have asked long ago.
  await page.waitForResponse((answer) => answer.url().includes('session.me'), { timeout: 50_000 });
  expect(asked).toEqual([]);
  await expect(rows(page)).toHaveCount(3);
  expect((await rows(page).nth(0).innerText()).split('\n')[0]).toBe(first.split('\n')[0]);

  await page.getByRole('button', { name: 'Clear the selection' }).click();
  await expect(page.getByRole('button', { name: '2 new jobs' })).toBeVisible();
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('button', { name: '2 new jobs' }).click();
  await expect(rows(page)).toHaveCount(5);
});

function rows(page: Page) {
  return page.locator('tbody tr');
}

function box(page: Page, row: number) {
  return rows(page).nth(row).getByRole('checkbox');
}

async function failMany(project: Project, receiver: Receiver, count: number): Promise<void> {
  receiver.answer(404);
  const jobs = Array.from({ length: count }, (_, n) => ({ url: `${receiver.url}/orders`, json: { n } }));
  await submitMany(project, jobs);
  await untilCount(project, 'state=failed', count);
  expect(receiver.received).toHaveLength(count);
}

async function scheduleMany(project: Project, count: number): Promise<void> {
  const url = `${project.url}/playground/target?plan=200`;
  await submitMany(
    project,
    Array.from({ length: count }, (_, n) => ({ url, json: { n }, delaySeconds: 3_600 })),
  );
  expect(await rest<{ jobs: unknown[] }>(project, 'GET /v1/jobs?state=scheduled&limit=1')).toBeTruthy();
}
