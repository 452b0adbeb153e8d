import type { Page } from '@playwright/test';
import { Webhook } from 'standardwebhooks';
import { withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest, submitMany, untilCount } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';
import { parseId } from '#src/domain/text/id.ts';
import type { Received, Receiver } from '#test/support/receiver.ts';

const headerSecret = 'header-secret-4242424242';

test('an endpoint is registered, its secret shown once, and its test event arrives signed', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  await page.goto('/endpoints');
  await expect(page.getByText('No endpoint yet')).toBeVisible();
  await page.getByRole('button', { name: 'New endpoint' }).first().click();
  const form = page.getByRole('dialog', { name: 'New endpoint' });
  await form.getByRole('button', { name: 'Register endpoint' }).click();
  await expect(form).toBeVisible();
  await form.getByLabel('Name', { exact: true }).fill('Not A Name');
  await form.getByLabel('URL').fill(`${receiver.url}/hook`);
  await form.getByRole('button', { name: 'Register endpoint' }).click();
  await expect(form.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expectAccessibleInBothThemes(page);
  await form.getByLabel('Name', { exact: true }).fill('billing');
  await form.getByRole('button', { name: 'Add a header' }).click();
  await form.getByLabel('Header name').fill('x-tenant-key');
  await form.getByLabel('Value of x-tenant-key').fill(headerSecret);
  await form.getByRole('checkbox', { name: 'Secret' }).click();
  await form.getByRole('button', { name: 'Register endpoint' }).click();

  const shown = page.getByRole('dialog', { name: 'billing is registered' });
  const secret = (await shown.locator('pre').innerText()).trim();
  expect(secret).toMatch(/^whsec_/);
  await expectAccessibleInBothThemes(page);
  const answers = listen(page);
  await shown.getByRole('button', { name: 'I have stored it' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('billing');

  await test.step('a test event leads to its delivery', async () => {
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByRole('button', { name: 'Show the delivery' }).click();
    await expect(page).toHaveURL(/\/deliveries\/dlv_/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Delivered');
    await expectAccessibleInBothThemes(page);
    const [event] = await receiver.waitFor(1);
    expect(verify(secret, event)).toMatchObject({ type: 'endpoint.test' });
    expect(event?.headers['x-tenant-key']).toBe(headerSecret);
  });

  await test.step('what is edited keeps the header’s secret', async () => {
    await openEndpoint(page, 'billing');
    await page.getByRole('button', { name: 'Edit' }).click();
    const edit = page.getByRole('dialog', { name: 'Edit billing' });
    await expect(edit.getByText('keeps its secret value')).toBeVisible();
    await edit.getByLabel('Description').fill('Invoices and refunds');
    await edit.getByLabel('Not tried again after').fill('400, 2xx');
    await edit.getByRole('button', { name: 'Save' }).click();
    await expect(edit.getByText('names 2xx, which is a success')).toBeVisible();
    await edit.getByLabel('Not tried again after').fill('400, 422');
    await edit.getByRole('button', { name: 'Save' }).click();
    await expect(edit).toBeHidden();
    await expect(page.getByText('Invoices and refunds')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Schedule' })).toContainText('not again after 400 422');
    await page.getByRole('button', { name: 'Send test event' }).click();
    const [, second] = await receiver.waitFor(2);
    expect(second?.headers['x-tenant-key']).toBe(headerSecret);
  });

  await test.step('neither secret is anywhere again', async () => {
    await page.reload();
    await expect(page.getByRole('region', { name: 'Signing secrets' })).toContainText('Current, signs since');
    for (const hidden of [secret, secret.slice('whsec_'.length), headerSecret]) {
      expect(await page.content()).not.toContain(hidden);
      for (const { url, text } of await answers()) expect(text, url).not.toContain(hidden);
    }
    await expectAccessibleInBothThemes(page);
  });
  expect(project.projectId).toMatch(/^prj_/);
});

test('an endpoint to which nothing can be sent says why until it is mended', async ({ page, project, receiver }) => {
  const { id } = await makeEndpoint(project, receiver);
  await page.goto(`/endpoints/${id}`);
  const banner = page.getByRole('alert').filter({ hasText: 'Nothing can be sent to it' });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Enabled');
  await expect(banner).toHaveCount(0);
  // A name that has come to lead into the own network since it was registered.
  await withDatabase(project, (db) =>
    db.pool.query("update endpoint set url = 'http://10.1.2.3/hook' where id = $1", [parseId('end', id)]),
  );
  await page.getByRole('button', { name: 'Send test event' }).click();
  await expect(banner).toContainText('http://10.1.2.3/ points at a private address (10.0.0.0/8).');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Failing');
  await expectAccessibleInBothThemes(page);
  await page.getByRole('button', { name: 'Edit' }).click();
  const edit = page.getByRole('dialog');
  await edit.getByLabel('URL').fill(`${receiver.url}/hook`);
  await edit.getByRole('button', { name: 'Save' }).click();
  await expect(banner).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Enabled');
});

test('a secret is rotated with an overlap, revealed once, and the old one is ended', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { id, secret: first } = await makeEndpoint(project, receiver);
  await page.goto(`/endpoints/${id}`);
  const card = page.getByRole('region', { name: 'Signing secrets' });
  await card.getByRole('button', { name: 'Rotate…' }).click();
  await expectAccessibleInBothThemes(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click();
  const shown = page.getByRole('dialog', { name: 'The new secret' });
  const second = (await shown.locator('pre').innerText()).trim();
  await shown.getByRole('button', { name: 'I have stored it' }).click();
  await expect(card).toContainText('Previous, still signs beside the current one');
  await expect(card.getByRole('progressbar', { name: 'Overlap left' })).toBeVisible();
  await expectAccessibleInBothThemes(page);

  await page.getByRole('button', { name: 'Send test event' }).click();
  const [both] = await receiver.waitFor(1);
  for (const secret of [first, second]) expect(verify(secret, both)).toMatchObject({ type: 'endpoint.test' });

  await test.step('once more its value can be seen, and then never', async () => {
    await card.getByRole('listitem').first().getByRole('button', { name: 'Reveal' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Reveal it' }).click();
    const revealed = page.getByRole('dialog', { name: 'The signing secret' });
    await expect(revealed.locator('pre')).toHaveText(second);
    await revealed.getByRole('button', { name: 'I have stored it' }).click();
    await expect(card.getByRole('listitem').first().getByRole('button', { name: 'Reveal' })).toHaveCount(0);
    expect(await page.content()).not.toContain(second);
    const { secrets } = await rest<{ secrets: { id: string }[] }>(project, `GET /v1/endpoints/${id}/secrets`);
    const again = await page.request.post('/api/trpc/endpoints.revealSecret', {
      data: { id, secretId: secrets[0]?.id },
    });
    expect(again.ok()).toBe(false);
    expect(await again.text()).not.toContain(second);
  });

  await test.step('ended, the old one signs nothing more', async () => {
    await card.getByRole('button', { name: 'End now' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End it now' }).click();
    await expect(card.getByRole('listitem')).toHaveCount(1);
    // Workers look for secrets anew after two seconds.
    await expect(async () => {
      const before = receiver.received.length;
      await rest(project, `POST /v1/endpoints/${id}/test`);
      const alone = (await receiver.waitFor(before + 1))[before];
      expect(verify(second, alone)).toBeTruthy();
      expect(() => verify(first, alone)).toThrow();
    }).toPass({ timeout: 60_000 });
  });
});

test('what a disabled endpoint missed is replayed once it is enabled, and one delivery is sent again', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { id } = await makeEndpoint(project, receiver);
  await page.goto(`/endpoints/${id}`);
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable endpoint' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Disabled');
  await submitMany(
    project,
    [1, 2, 3].map((n) => ({
      url: `${project.url}/playground/target?plan=200`,
      json: { n },
      callback: { endpoint: 'billing' },
    })),
  );
  await untilCount(project, 'state=completed', 3);
  await page.goto('/deliveries');
  await expect(page.getByRole('row').filter({ hasText: 'Skipped' })).toHaveCount(3);
  await expectAccessibleInBothThemes(page);
  expect(receiver.received).toHaveLength(0);

  await page.goto(`/endpoints/${id}`);
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(page.getByRole('button', { name: 'Disable' })).toBeVisible();
  await page.getByRole('button', { name: 'Replay' }).click();
  const dialog = page.getByRole('dialog', { name: 'Replay to billing' });
  await dialog.getByRole('button', { name: 'Skipped' }).click();
  await expectAccessibleInBothThemes(page);
  await dialog.getByRole('button', { name: 'Start replay' }).click();
  await expect(page.getByText('3 deliveries are sent again')).toBeVisible();
  await page.getByRole('button', { name: 'Watch it' }).click();
  await expect(page).toHaveURL(/\/operations\?id=op_/);
  const item = page.getByRole('listitem', { name: 'Replay skipped deliveries' });
  await expect(item).toContainText('Completed');
  await expect(item).toContainText('3 of 3 deliveries done');
  const received = await receiver.waitFor(3);
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);

  await page.goto('/deliveries');
  await expect(page.getByRole('row').filter({ hasText: 'Delivered' })).toHaveCount(3);
  await page.locator('tbody tr').first().getByRole('link').first().click();
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByText('It is sent again')).toBeVisible();
  const fourth = (await receiver.waitFor(4))[3];
  const ids = received.slice(0, 3).map(({ headers }) => headers['webhook-id']);
  expect(ids).toContain(fourth?.headers['webhook-id']);
});

test('a job tells an endpoint that fails at first, and the delivery says why it waits', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  receiver.answer(503);
  // However many attempts fail before the page is there, the next one is near.
  await makeEndpoint(project, receiver, { scheduleSeconds: Array(20).fill(5) });
  const job = await submit(project, {
    url: `${project.url}/playground/target?plan=200`,
    callback: { endpoint: 'billing' },
  });
  await page.goto('/deliveries');
  const row = page.locator('tbody tr');
  await expect(row).toContainText('Retrying');
  await expect(row).toContainText('503');
  await row.getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Retrying');
  receiver.answer(204);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Delivered');
  await page.getByRole('link', { name: new RegExp(job.slice(-6)) }).click();
  await expect(page).toHaveURL(`/jobs/${job}`);
});

/** All that comes over the wire from here on, as text. */
function listen(page: Page): () => Promise<{ url: string; text: string }[]> {
  const answers: Promise<{ url: string; text: string }>[] = [];
  page.on('response', (answer) => {
    const url = answer.url();
    if (url.includes('/_next/static/')) return;
    // A stream has no end to wait for, and a page that is left takes its bodies along.
    if (url.includes('/api/live')) return;
    answers.push(
      answer.text().then(
        (text) => ({ url, text }),
        () => ({ url, text: '' }),
      ),
    );
  });
  return () => Promise.all(answers);
}

async function openEndpoint(page: Page, name: string): Promise<void> {
  await page.goto('/endpoints');
  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
}

function makeEndpoint(
  project: Project,
  receiver: Receiver,
  more: object = {},
): Promise<{ id: string; secret: string }> {
  return rest(project, 'POST /v1/endpoints', { name: 'billing', url: `${receiver.url}/hook`, ...more });
}

/** As a receiver would with the Standard Webhooks library, on the bytes that came. */
function verify(secret: string, received: Received | undefined): unknown {
  if (!received) throw new Error('nothing was received');
  const headers = Object.fromEntries(Object.entries(received.headers).map(([name, value]) => [name, String(value)]));
  return new Webhook(secret).verify(received.body.toString(), headers);
}
