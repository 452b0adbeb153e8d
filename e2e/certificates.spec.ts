import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest } from '#e2e/support/rest.ts';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { pem } from '#test/support/tls/pem.ts';

test('an upstream and an endpoint get certificates, which are shown without their key', async ({ page, project }) => {
  test.slow();
  const dialog = page.getByRole('dialog', { name: /^(New|Edit) ?/ });
  const fold = dialog.getByText('Certificates');

  await test.step('an upstream: the fields are folded, and a wrong key is told at its field', async () => {
    await page.goto('/upstreams');
    await page.getByRole('button', { name: 'New upstream' }).first().click();
    await dialog.getByLabel('Name', { exact: true }).fill('bank');
    await dialog.getByLabel('Base URL').fill('https://bank.example.com/');
    await expect(dialog.getByLabel('Private key')).toBeHidden();
    await fold.click();
    await dialog.getByLabel('Client certificate').fill(pem('client'));
    await dialog.getByLabel('Private key').fill(pem('client-other-key'));
    await dialog.getByLabel('Authorities').fill(pem('ca'));
    await dialog.getByRole('button', { name: 'Make upstream' }).click();
    await expect(dialog.getByRole('alert')).toContainText('does not belong to the certificate');
    await expectAccessibleInBothThemes(page);
    await dialog.getByLabel('Private key').fill(pem('client-key'));
    await dialog.getByRole('button', { name: 'Make upstream' }).click();
    const settings = page.getByRole('region', { name: 'Settings' });
    await expect(settings).toContainText('Client O=Ringback tests, CN=client until');
    await expect(settings).toContainText('Authority CN=Ringback test authority until');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('it keeps them while something else is changed, and loses what is removed', async () => {
    await page.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByLabel('Model prefixes').fill('bank-');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    expect((await rest<Upstream>(project, 'GET /v1/upstreams/bank')).tls?.certificate).not.toBeNull();
    await page.getByRole('button', { name: 'Edit' }).click();
    await fold.click();
    await dialog.getByRole('checkbox', { name: 'Remove certificate and key' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    expect((await rest<Upstream>(project, 'GET /v1/upstreams/bank')).tls).toMatchObject({ certificate: null });
  });

  await test.step('an endpoint has the same fields', async () => {
    await page.goto('/endpoints');
    await page.getByRole('button', { name: 'New endpoint' }).first().click();
    await dialog.getByLabel('Name', { exact: true }).fill('vault');
    await dialog.getByLabel('URL', { exact: true }).fill('https://vault.example.com/hook');
    await fold.click();
    await dialog.getByLabel('Client certificate').fill(pem('client'));
    await dialog.getByLabel('Private key').fill(pem('client-key'));
    await dialog.getByRole('button', { name: 'Register endpoint' }).click();
    await expect(page.getByText('vault is registered')).toBeVisible();
    const { endpoints } = await rest<{ endpoints: Endpoint[] }>(project, 'GET /v1/endpoints');
    await page.goto(`/endpoints/${endpoints.find(({ name }) => name === 'vault')?.id}`);
    await expect(page.getByRole('region', { name: 'Certificates' })).toContainText('CN=client until');
    await expectAccessibleInBothThemes(page);
  });
});
