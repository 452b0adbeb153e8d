import { expect, expectAccessibleInBothThemes, test } from '#e2e/support/journey.ts';
import type { Ringback } from '#e2e/support/ringback.ts';

test('quotas are set, say where they stand, warn from nine tenths on, and refuse', async ({
  page,
  ringback,
  signIn,
}) => {
  await signIn(page);
  await page.goto('/settings/quotas');
  const perDay = page.getByRole('textbox', { name: 'Jobs a day: at most' });

  await test.step('a value that is none is told at its field', async () => {
    await perDay.fill('many');
    await expect(page.getByText('A whole number of jobs, at most 1,000,000,000.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true');
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect(perDay).toHaveValue('');
  });

  const used = await acceptedToday(ringback);
  await test.step('saved, it shows how much is used of it', async () => {
    await perDay.fill(String(used + 1));
    await page.getByRole('textbox', { name: 'Stored bytes: at most' }).fill('500');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved', { exact: true })).toBeVisible();
    await expect(page.getByRole('progressbar', { name: 'Jobs a day: used' })).toBeVisible();
    await expect.poll(() => submit(ringback)).toBe(429);
    await page.reload();
    await expect(page.getByRole('progressbar', { name: 'Jobs a day: used' })).toHaveAttribute('aria-valuenow', '100');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('the overview warns and leads to the quotas', async () => {
    await page.goto('/');
    const alert = page.getByRole('alert').filter({ hasText: 'A quota is used up' });
    await expect(alert).toContainText('jobs a day. More jobs are refused.');
    await expectAccessibleInBothThemes(page);
    await alert.getByRole('link', { name: 'Show quotas' }).click();
    await expect(page.getByRole('heading', { name: 'Quotas', level: 1 })).toBeVisible();
  });

  await test.step('without the limit, jobs are accepted again', async () => {
    await perDay.fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('progressbar', { name: 'Jobs a day: used' })).toHaveCount(0);
    await expect.poll(() => submit(ringback)).toBe(202);
  });
});

async function submit(ringback: Ringback): Promise<number> {
  const response = await fetch(`${ringback.url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ringback.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'https://example.com/', delaySeconds: 3_600 }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function acceptedToday(ringback: Ringback): Promise<number> {
  const response = await fetch(`${ringback.url}/api/trpc/settings.quotas`, {
    headers: { authorization: `Bearer ${ringback.apiKey}` },
  });
  const { result } = (await response.json()) as { result: { data: { quotas: { name: string; used: number }[] } } };
  return result.data.quotas.find(({ name }) => name === 'jobsPerDay')?.used ?? 0;
}
