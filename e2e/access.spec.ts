import type { Browser, Page } from '@playwright/test';
import { withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Owner, signInOwner } from '#e2e/support/owner.ts';
import { enter, makeProject, type Project, test } from '#e2e/support/project.ts';
import { allJobs, rest } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';

const password = 'a password of twelve';
const never = ({ url }: Project) => ({ url: `${url}/playground/target?plan=200`, delaySeconds: 3_600 });

test('whoever may only look is offered nothing to do, and the server refuses it too', async ({
  browser,
  project,
  owner,
  receiver,
}) => {
  test.slow();
  const job = await submit(project, never(project));
  const ended = await submit(project, { url: `${project.url}/playground/target?plan=404` });
  const endpoint = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: 'billing',
    url: `${receiver.url}/hook`,
  });
  const delivery = await rest<{ id: string }>(project, `POST /v1/endpoints/${endpoint.id}/test`);
  const page = await visitAs(browser, project, await invite(project, owner, 'viewer'));
  await expect(page).toHaveURL('/');

  await test.step('no page has an action', async () => {
    await page.goto('/jobs');
    await expect(page.locator('tbody tr')).toHaveCount(2);
    await expect(page.getByRole('checkbox')).toHaveCount(0);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect(page.getByRole('region', { name: 'Selected jobs' })).toBeHidden();
    await expectAccessibleInBothThemes(page);
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await expect(palette.getByRole('option', { name: /^Keyboard shortcuts/ })).toBeVisible();
    await expect(palette.getByRole('option', { name: 'New job' })).toHaveCount(0);
    await page.keyboard.press('Escape');
    const acts =
      /^(Run again|Run with edits|Cancel job|Resend|New endpoint|Send test|Replay|Edit|Disable|Rotate|Reveal|Send again|Stop)/;
    for (const [path, heading] of [
      [`/jobs/${ended}`, 'Failed'],
      [`/jobs/${job}`, 'Scheduled'],
      ['/endpoints', 'Endpoints'],
      [`/endpoints/${endpoint.id}`, 'billing'],
      [`/deliveries/${delivery.id}`, 'Delivered'],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toContainText(heading);
      await expect(page.getByRole('main').getByRole('button', { name: acts })).toHaveCount(0);
      await expect(page.getByRole('main').getByRole('link', { name: acts })).toHaveCount(0);
    }
  });

  await test.step('and each would be refused', async () => {
    const deeds: [path: string, input: object][] = [
      ['jobs.cancel', { id: job }],
      ['jobs.rerun', { id: ended }],
      ['jobs.cancelMany', { jobs: { filter: { state: 'scheduled' } } }],
      ['jobs.submit', { url: project.url }],
      ['endpoints.create', { name: 'theirs', url: receiver.url }],
      ['endpoints.disable', { id: endpoint.id }],
      ['endpoints.rotateSecret', { id: endpoint.id }],
      ['deliveries.resend', { id: delivery.id }],
      ['apiKeys.create', { name: 'theirs', scopes: ['admin'] }],
      ['members.invite', { email: 'friend@example.com', role: 'owner' }],
      ['projects.rename', { name: 'Theirs' }],
    ];
    for (const [path, data] of deeds) {
      const answer = await page.request.post(`/api/trpc/${path}`, { data });
      expect(answer.status(), path).toBe(403);
    }
    expect((await allJobs(project, 'state=scheduled')).map(({ id }) => id)).toEqual([job]);
  });
  await page.context().close();
});

test('a session that has expired leads to the sign-in page, and from there back', async ({
  browser,
  project,
  owner,
}) => {
  await submit(project, never(project));
  const email = await invite(project, owner, 'member');
  const page = await visitAs(browser, project, email, '/jobs?state=scheduled');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await withDatabase(project, (db) =>
    db.run(
      'end_sessions',
      `update session set expires_at = now() where user_id = (select id from "user" where email = $1)`,
      [email],
    ),
  );
  // The list asks again by itself.
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fjobs%3Fstate%3Dscheduled$/, { timeout: 60_000 });
  await fillSignIn(page, email);
  await expect(page).toHaveURL('/jobs?state=scheduled');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.context().close();
});

test('the form of the sign-in page cannot be sent before its script runs', async ({ browser, project }) => {
  const context = await browser.newContext({ baseURL: project.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeDisabled();
  await context.close();
});

test('a session that was revoked elsewhere does nothing more', async ({ browser, playwright, project, owner }) => {
  const job = await submit(project, never(project));
  const email = await invite(project, owner, 'member');
  const page = await visitAs(browser, project, email, `/jobs/${job}`);
  await expect(page.getByRole('button', { name: 'Cancel job' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel job' }).click();
  const other = await signInOwner(playwright, { ...project, dashboard: { email, password } });
  // What the page asks by itself leads it to the sign-in page, and must not do so before the click.
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/api/trpc/**', async (route) => {
    if (route.request().method() === 'GET') await held;
    await route.continue();
  });
  await other.call('account.revokeOtherSessions', {});
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel job' }).click();
  await expect(page.getByRole('alertdialog').getByRole('alert')).toContainText('unauthorized');
  letGo();
  await expect(page).toHaveURL(new RegExp(`/sign-in\\?next=%2Fjobs%2F${job}$`));
  expect((await allJobs(project)).map(({ state }) => state)).toEqual(['scheduled']);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await other.close();
  await page.context().close();
});

test('of two projects each page shows and changes only its own', async ({
  context,
  page,
  ringback,
  project,
  owner,
  receiver,
}) => {
  test.slow();
  const second = await makeProject(ringback, owner, 'Other');
  const mine = await submit(project, { ...never(project), labels: ['mine'] });
  const theirs = await submit(second, { ...never(second), labels: ['theirs'] });
  await page.goto('/jobs');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await expect(page.getByRole('main')).toContainText('mine');

  await test.step('what is of the other project is not there, whatever the address', async () => {
    await page.goto(`/jobs/${theirs}`);
    await expect(page.getByRole('main')).toContainText(/no such job|could not be found|There is no/i);
    await expect(page.getByRole('main')).not.toContainText('theirs');
    await page.goto('/jobs?label=theirs');
    await expect(page.getByText('No job matches')).toBeVisible();
  });

  await page.goto('/jobs');
  await expect(page.getByRole('main')).toContainText('mine');
  const other = await context.newPage();
  await enter(context, second, owner);
  await other.goto('/jobs');
  await expect(other.getByRole('main')).toContainText('theirs');
  await expect(other.getByRole('main')).not.toContainText('mine');

  await test.step('the older tab cancels, registers and exports in its own', async () => {
    await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel 1 job' }).click();
    await expect(page.getByRole('region', { name: 'Progress' })).toContainText('1 of 1, done');
    expect((await allJobs(project)).map(({ id, state }) => [id, state])).toEqual([[mine, 'cancelled']]);
    expect((await allJobs(second)).map(({ id, state }) => [id, state])).toEqual([[theirs, 'scheduled']]);
    const begun = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'As CSV' }).click();
    expect((await begun).url()).toContain(`project=${project.projectId}`);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Endpoints' }).click();
    await page.getByRole('button', { name: 'New endpoint' }).first().click();
    const form = page.getByRole('dialog', { name: 'New endpoint' });
    await form.getByLabel('Name', { exact: true }).fill('mine');
    await form.getByLabel('URL').fill(`${receiver.url}/hook`);
    await form.getByRole('button', { name: 'Register endpoint' }).click();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    const endpointsOf = async (of: Project) =>
      (await rest<{ endpoints: { name: string }[] }>(of, 'GET /v1/endpoints')).endpoints.map(({ name }) => name);
    expect(await endpointsOf(project)).toEqual(['mine']);
    expect(await endpointsOf(second)).toEqual([]);
  });
});

/** A new person in the project; answers their address. */
async function invite(project: Project, owner: Owner, role: string): Promise<string> {
  const email = `${role}-${project.projectId.slice(-12)}@example.com`;
  const { url } = await owner.call<{ url: string }>('members.invite', { email, role }, project.projectId);
  const token = new URL(url).searchParams.get('token');
  const answer = await fetch(`${project.url}/api/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: project.url },
    body: JSON.stringify({ token, name: 'Somebody', password }),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return email;
}

async function visitAs(browser: Browser, project: Project, email: string, path = '/'): Promise<Page> {
  const context = await browser.newContext({ baseURL: project.url });
  const page = await context.newPage();
  await page.goto(path);
  await fillSignIn(page, email);
  await expect(page.getByLabel('Password')).toBeHidden();
  return page;
}

async function fillSignIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
