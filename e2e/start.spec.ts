import type { Page } from '@playwright/test';
import { expect, expectAccessibleInBothThemes, test } from '#e2e/support/journey.ts';
import { untilSettled } from '#e2e/support/settled.ts';

test('from an empty project to a verified callback, without leaving the dashboard', async ({
  page,
  ringback,
  signIn,
}) => {
  // A job that takes its time on purpose, and looks by axe in two themes.
  test.slow();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page);
  await page.goto('/');
  await enterNewProject(page);

  await test.step('an empty project shows how to start, with this server’s own address', async () => {
    await page.goto('/jobs');
    await expect(page.getByRole('heading', { name: 'Get your first ring back' })).toBeVisible();
    await expect(page.getByText('Waiting for your first job…')).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'POST to' })).toHaveValue(
      `${ringback.url}/playground/target?plan=429,503,200`,
    );
    const course = page.getByRole('list', { name: 'What you will see' }).getByRole('listitem');
    await expect(course).toHaveCount(4);
    await expect(course.nth(0)).toContainText('429 matched rule "429": waiting for retry-after');
    await expect(course.nth(2)).toContainText('200 is accepted by "2xx"');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('snippets are copied as they are, and with a key that was just made', async () => {
    for (const [kind, words] of [
      ['TypeScript', `url: '${ringback.url}'`],
      ['tRPC', 'ringback.trpc.jobs.submit.mutate({'],
      ['curl', `curl ${ringback.url}/v1/jobs`],
    ] as const) {
      await page.getByRole('tab', { name: kind }).click();
      await page.getByRole('button', { name: `Copy the ${kind} snippet` }).click();
      await expect.poll(() => clipboard(page)).toContain(words);
    }
    await page.getByRole('button', { name: 'Make a key' }).click();
    const key = await page.locator('code').filter({ hasText: /^rbk_/ }).innerText();
    const panel = page.getByRole('tabpanel');
    await expect(panel).toContainText(`rbk_********${key.slice(-4)}`);
    await expect(panel).not.toContainText(key);
    await page.getByRole('button', { name: 'Copy the curl snippet' }).click();
    await expect.poll(() => clipboard(page)).toContain(`Bearer ${key}"`);
    const list = await fetch(`${ringback.url}/v1/jobs`, { headers: { authorization: `Bearer ${key}` } });
    expect(list.status).toBe(200);
  });

  await test.step('what is refused is said at its field', async () => {
    await page.getByRole('radio', { name: /A URL of yours/ }).click();
    await page.getByRole('textbox', { name: 'POST to' }).fill('http://10.0.0.1/private');
    await page.getByRole('button', { name: 'Submit job' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'RINGBACK_EGRESS_ALLOW' })).toBeVisible();
    await page.getByRole('radio', { name: /Flaky target/ }).click();
    await page.getByRole('textbox', { name: 'Body, JSON' }).fill('{ "prompt": ');
    await page.getByRole('button', { name: 'Submit job' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'The body is no JSON' })).toBeVisible();
    await page.getByRole('textbox', { name: 'Body, JSON' }).fill('{ "prompt": "a lighthouse" }');
    await expect(page.getByRole('alert').filter({ hasText: 'The body is no JSON' })).toBeHidden();
  });

  await test.step('the job retries before one’s eyes, in lines that do not move', async () => {
    const height = () => page.evaluate(() => document.documentElement.scrollHeight);
    // What was said of the field is gone by then, with its room.
    await untilSettled(page);
    const before = await height();
    await page.getByRole('textbox', { name: 'Body, JSON' }).press('Control+Enter');
    const status = page.getByRole('region', { name: 'Your first job' });
    // It retries for a few seconds only; that it has is told by the course below.
    await expect(status.getByText(/^(Retrying|Completed)$/)).toBeVisible();
    await expect(status.getByText('Completed', { exact: true })).toBeVisible();
    const course = page.getByRole('list', { name: 'What happens' }).getByRole('listitem');
    await expect(course).toHaveCount(4);
    await expect(course.nth(1)).toContainText('503 matched rule "503": backoff');
    await expect(course.nth(3)).toContainText('The receiver answered 204: delivered.');
    await expect(status).toContainText('the signature verifies');
    await expect(page.getByRole('listitem').filter({ hasText: 'Callback verified' })).toBeVisible();
    expect(await height()).toBe(before);
    await expectAccessibleInBothThemes(page);
  });

  await test.step('the message is there with its headers and its body, and the job has a page', async () => {
    await page.getByRole('button', { name: /^Signature verified/ }).click();
    await expect(page.getByRole('row', { name: /^webhook-signature/ })).toContainText('v1,');
    await expect(page.getByRole('region', { name: 'Body', exact: true })).toContainText('"job.completed"');
    await page.getByRole('link', { name: 'Open the job' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
    await page.getByRole('link', { name: 'Jobs' }).first().click();
    await expect(page.locator('tbody tr')).toHaveCount(1);
  });
});

test('the playground foretells what a policy does, and what comes into the inbox stays text', async ({
  page,
  ringback,
  signIn,
}) => {
  test.slow();
  await signIn(page);
  await page.goto('/try');
  const foretold = page.getByRole('region', { name: 'What would happen' });

  await test.step('the plan and the policy are explained before anything is sent', async () => {
    await expect(foretold).toContainText('The job is completed with 3 attempts');
    await page.getByRole('button', { name: 'Always down' }).click();
    await expect(foretold).toContainText('The job fails with bad_status after');
    await page.getByRole('combobox', { name: 'Retry policy' }).click();
    await page.getByRole('option', { name: 'none' }).click();
    await expect(foretold).toContainText('The job fails with bad_status after 1 attempt, at once.');
    await page.getByRole('combobox', { name: 'Retry policy' }).click();
    await page.getByRole('option', { name: 'Rules of my own' }).click();
    await page
      .getByRole('textbox', { name: 'Rules, JSON' })
      .fill('{ "5xx": { "limit": 1, "minTimeoutInMs": "50ms", "maxTimeoutInMs": "50ms" } }');
    await expect(foretold).toContainText('after 2 attempts');
    await page.getByRole('textbox', { name: 'Rules, JSON' }).fill('{ "teapot": {} }');
    await expect(foretold).toContainText('teapot');
    await page.getByRole('button', { name: 'Submit job' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'teapot' })).toBeVisible();
    await expectAccessibleInBothThemes(page);
  });

  await test.step('a job of one’s own making goes as foretold, and its callback is verified', async () => {
    await page
      .getByRole('textbox', { name: 'Rules, JSON' })
      .fill('{ "5xx": { "limit": 1, "minTimeoutInMs": "50ms", "maxTimeoutInMs": "50ms" } }');
    await page.getByRole('button', { name: 'Add a header' }).click();
    await page.getByRole('textbox', { name: 'Header name' }).fill('x-tenant');
    await page.getByRole('textbox', { name: 'Header value' }).fill('acme');
    await page.getByRole('textbox', { name: 'Labels' }).fill('played');
    await page.getByRole('button', { name: 'Submit job' }).click();
    const job = page.getByRole('region', { name: 'Your job' });
    await expect(job.getByText('Failed', { exact: true })).toBeVisible();
    await expect(job.getByRole('list', { name: 'Attempts' }).getByRole('listitem')).toHaveCount(3);
    const inbox = page.getByRole('region', { name: 'Inbox' });
    await expect(inbox.getByText('Signature verified')).toBeVisible();
    await expect(inbox.getByText('job.failed')).toBeVisible();
    await page.reload();
    await expect(job.getByText('Failed', { exact: true })).toBeVisible();
  });

  await test.step('hostile messages are shown, not run', async () => {
    const attack = '<img src=x onerror="document.title=\'owned\'"><a href="javascript:alert(1)">click</a>';
    const sent = await fetch(`${ringback.url}/playground/inbox/playground`, {
      method: 'POST',
      headers: { 'content-type': 'text/html', 'webhook-id': '<b>evt</b>', 'x-note': attack },
      body: attack,
    });
    expect(sent.status).toBe(204);
    const inbox = page.getByRole('region', { name: 'Inbox' });
    const message = inbox.getByRole('listitem').filter({ hasText: 'Not verified' });
    await expect(message).toContainText('Why not: there is no webhook-timestamp header.');
    await message.getByRole('button', { name: /^Not verified/ }).click();
    await expect(message.getByRole('region', { name: 'Body' })).toContainText(attack);
    expect(await inbox.locator('img, a[href^="javascript"], b').count()).toBe(0);
    await expect(page).toHaveTitle(/^Playground/);
    await expectAccessibleInBothThemes(page);
    await inbox.getByRole('button', { name: 'Clear' }).click();
    await expect(inbox).toContainText('Nothing has arrived yet');
  });

  await test.step('it fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const wider = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(wider)).toBe(0);
    await expectAccessibleInBothThemes(page);
  });
});

test('a viewer is told why there is nothing to submit, and everybody that no worker is alive', async ({
  page,
  signIn,
}) => {
  await signIn(page);
  const pretend = { role: 'owner', workersAlive: 0 };
  await page.route('**/api/trpc/**', async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const body = text
      .replace(/"role":"owner"/, `"role":"${pretend.role}"`)
      .replace(/"workersAlive":\d+/, `"workersAlive":${pretend.workersAlive}`);
    await route.fulfill({ response, body });
  });
  await page.goto('/try');
  await expect(page.getByText('No worker is alive: it will wait for one')).toBeVisible();
  pretend.role = 'viewer';
  await page.reload();
  await expect(page.getByText('You are a viewer of this project').first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Body, JSON' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Submit job' })).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByRole('button', { name: 'Clear' })).toBeHidden();
  await expectAccessibleInBothThemes(page);
});

/** Other journeys may have left jobs in the one that is there. */
async function enterNewProject(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const answer = await fetch('/api/trpc/projects.create', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'fresh' }),
    });
    const { result } = (await answer.json()) as { result: { data: { id: string } } };
    // biome-ignore lint/suspicious/noDocumentCookie: it is what the dashboard itself does.
    document.cookie = `ringback_project=${result.data.id}; Path=/; SameSite=Lax`;
  });
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
