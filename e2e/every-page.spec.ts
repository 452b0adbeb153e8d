import { expect } from '#e2e/support/journey.ts';
import { lookAt } from '#e2e/support/look-at.ts';
import { test } from '#e2e/support/project.ts';
import { accountPlace, readyPlaces } from '#src/ui/shell/navigation.ts';

// Whatever becomes a page of the frame is looked at here without being named.
const places = [...readyPlaces(), ...(accountPlace.ready ? [accountPlace] : [])];

for (const { href, label } of places) {
  test(`${label} is accessible with nothing in it, in both themes and on a phone`, async ({ page, project }) => {
    test.slow();
    expect(project.projectId).toMatch(/^prj_/);
    await lookAt(page, href);
  });
}

test('an address that leads nowhere is accessible, in both themes and on a phone', async ({ page, project }) => {
  expect(project.projectId).toMatch(/^prj_/);
  await lookAt(page, '/nowhere');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
});
