import type { Page } from '@playwright/test';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { allJobs, rest, untilCount } from '#e2e/support/rest.ts';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import type { Reply } from '#test/support/receiver.ts';

const model = 'meta-llama/Llama-3.3-70B-Instruct';
const usage = { input_tokens: 10, output_tokens: 4, total_tokens: 14 };

/** What the API answers to a model call, by its input. */
function replyTo(body: string): Reply {
  const headers = { 'content-type': 'application/json', 'x-ratelimit-limit-requests': '60' };
  if (body.includes('"bad"')) return { status: 400, headers, body: '{"error":{"message":"no"}}' };
  // Long enough for the job to wait until the journey is over.
  if (body.includes('"busy"')) return { status: 503, headers: { ...headers, 'retry-after': '3000' }, body: '{}' };
  return {
    status: 200,
    headers: { ...headers, 'x-ratelimit-remaining-requests': '41' },
    body: JSON.stringify({ id: 'resp_1', object: 'response', status: 'completed', model, output: [], usage }),
  };
}

/** Makes a model call in the background; answers the id of its job. */
async function call(project: Project, input: string): Promise<string> {
  const { id } = await rest<{ id: string }>(project, 'POST /v1/responses', { model, input, background: true });
  return id.replace('resp_', 'job_');
}

const listedIds = (page: Page) =>
  page
    .getByRole('region', { name: 'Jobs', exact: true })
    .locator('tbody a[href^="/jobs/job_"]')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.replace('/jobs/', '') ?? '').sort());

test('the figures of an upstream lead to lists that hold exactly what they count', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  receiver.answer(({ body }) => replyTo(String(body)));
  const made = { name: 'own', baseUrl: `${receiver.url}/v1`, format: 'openai', default: true };
  const own = await rest<Upstream>(project, 'POST /v1/upstreams', made);
  await rest(project, 'POST /v1/upstreams', { name: 'another', baseUrl: `${receiver.url}/v1` });
  const completed = await Promise.all(['one', 'two', 'three'].map((input) => call(project, input)));
  const failed = await Promise.all(['bad', 'bad'].map((input) => call(project, input)));
  await untilCount(project, 'state=completed', 3);
  await untilCount(project, 'state=failed', 2);
  const open = await call(project, 'busy');
  await untilCount(project, 'state=retrying', 1);
  const later = { path: '/later', delaySeconds: 3_600 };
  const cancelled = await rest<{ id: string }>(project, 'POST /v1/jobs', { ...later, upstream: 'own' });
  await rest(project, `POST /v1/jobs/${cancelled.id}/cancel`);
  await rest(project, 'POST /v1/jobs', { ...later, upstream: 'another' });
  expect(await allJobs(project)).toHaveLength(8);

  const region = page.getByRole('region', { name: 'Usage' });
  const fact = (name: string) => region.locator('dl > div').filter({ has: page.locator('dt', { hasText: name }) });

  await test.step('it says how many there were, their tokens, and what the answers said of limits', async () => {
    await page.goto('/upstreams/own');
    await expect(fact('Jobs')).toHaveText('Jobs7 1 open');
    await expect(fact('Completed')).toHaveText('Completed3 60 %');
    await expect(fact('Failed')).toHaveText('Failed2 40 %');
    await expect(fact('Tokens in')).toContainText('30');
    await expect(fact('Tokens out')).toContainText('12');
    const limits = region.getByRole('region', { name: 'Rate limits in the last answers' });
    await expect(limits.getByRole('row', { name: /x-ratelimit-remaining-requests 41/ })).toBeVisible();
    const asked = limits.getByRole('row', { name: /retry-after 3000/ });
    await expect(asked.getByRole('link')).toHaveAttribute('href', `/jobs/${open}`);
    await expectAccessibleInBothThemes(page);
  });

  await test.step('every chart is a table too, and fits a phone', async () => {
    const asTable = region.getByRole('button', { name: /: as a table$/ });
    await expect(asTable).toHaveCount(4);
    for (let left = 4; left > 0; left--) {
      await asTable.first().click();
      await expect(asTable).toHaveCount(left - 1);
    }
    const left = region.getByRole('region', { name: 'Rate limits, remaining, as a table' });
    await expect(left.getByRole('row', { name: /41 of 60/ })).toHaveCount(1);
    await expectAccessibleInBothThemes(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(sideways)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  const lists: [name: string, count: string, ids: string[]][] = [
    ['Jobs', '7', [...completed, ...failed, open, cancelled.id]],
    ['Completed', '3', completed],
    ['Failed', '2', failed],
  ];
  for (const [name, count, ids] of lists)
    await test.step(`${name} leads to them alone`, async () => {
      await page.goto('/upstreams/own');
      for (const range of ['1 h', '7 d']) {
        await region.getByRole('button', { name: range, exact: true }).click();
        const link = fact(name).getByRole('link');
        await expect(link).toHaveAttribute('href', new RegExp(`last=${range.replace(' ', '')}`));
        await expect(link).toHaveText(count);
      }
      await fact(name).getByRole('link').click();
      await expect(page).toHaveURL(/last=7d/);
      await expect.poll(() => listedIds(page)).toEqual(ids.toSorted());
    });

  await test.step('a step of a chart leads to what failed by its end', async () => {
    await page.goto('/upstreams/own');
    await region.getByRole('button', { name: 'Share of failures: as a table' }).click();
    const steps = region.getByRole('region', { name: 'Share of failures, as a table' });
    await steps.getByRole('link').first().click();
    await expect(page).toHaveURL(/upstream=own/);
    await expect.poll(() => listedIds(page)).toEqual(failed.toSorted());
  });

  await test.step('a model is filtered by as it is written, capital letters too', async () => {
    await page.goto('/jobs?upstream=own');
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    const popover = page.getByRole('dialog', { name: 'Add a filter' });
    await popover.getByRole('combobox', { name: 'What to filter by' }).click();
    await page.getByRole('option', { name: 'Model' }).click();
    await popover.getByRole('combobox', { name: 'Model' }).fill(model);
    await popover.getByRole('button', { name: 'Add filter' }).click();
    await expect(page.getByRole('button', { name: `Remove the filter model is ${model}` })).toBeVisible();
    await expect.poll(() => listedIds(page)).toEqual([...completed, ...failed, open].toSorted());
  });

  await test.step('its jobs lead to it under its new name', async () => {
    await rest(project, 'PATCH /v1/upstreams/own', { name: 'ours' });
    await page.goto(`/jobs/${completed[0]}`);
    const about = page.getByRole('region', { name: 'About this job' });
    await expect(about).toContainText('ours, named own then');
    await about.getByRole('link', { name: 'ours' }).click();
    await expect(page).toHaveURL(`/upstreams/${own.id}`);
    await expect(fact('Jobs')).toHaveText('Jobs7 1 open');
  });
});
