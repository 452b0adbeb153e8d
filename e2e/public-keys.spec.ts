import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';

test('public keys are turned on, stand at their page, and are rotated', async ({ page, project }) => {
  const card = page.getByRole('region', { name: 'Public keys' });
  const keysAt = async (): Promise<unknown[]> => {
    const address = (await card.getByRole('link').getAttribute('href')) ?? '';
    return (await (await fetch(address)).json()).keys;
  };
  await page.goto('/settings/keys');
  await expect(card).toContainText('signed by the secrets alone');
  expect(await card.getByRole('link').getAttribute('href')).toContain(`/.well-known/ringback/${project.projectId}/`);

  await test.step('the first one asks for no overlap, and needs nothing to be stored', async () => {
    await card.getByRole('button', { name: 'Turn on…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Turn on public keys' });
    await expect(dialog).not.toContainText('Overlap');
    await expectAccessibleInBothThemes(page);
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await expect(dialog).toBeHidden();
    await expect(card.getByRole('listitem')).toHaveCount(1);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect.poll(async () => (await keysAt()).length).toBe(1);
  });

  await test.step('a new one signs beside it, until the old one is ended', async () => {
    await card.getByRole('button', { name: 'Rotate…' }).click();
    await page.getByRole('dialog', { name: 'Rotate the signing key' }).getByRole('button', { name: 'Rotate' }).click();
    await expect(card.getByRole('listitem')).toHaveCount(2);
    await expect.poll(async () => (await keysAt()).length).toBe(2);
    await expectAccessibleInBothThemes(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(sideways)).toBe(0);
    await expectAccessible(page);
    await card.getByRole('button', { name: 'End now' }).click();
    await page
      .getByRole('alertdialog', { name: 'End the previous key now?' })
      .getByRole('button', { name: 'End it now' })
      .click();
    await expect(card.getByRole('listitem')).toHaveCount(1);
    await expect.poll(async () => (await keysAt()).length).toBe(1);
  });
});
