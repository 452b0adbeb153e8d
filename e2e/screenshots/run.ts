import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page, type Route } from '@playwright/test';
import { type Query, withDatabase } from '#e2e/support/database.ts';
import { signInPage } from '#e2e/support/owner.ts';
import { type Ringback, startRingback } from '#e2e/support/ringback.ts';
import { untilSettled } from '#e2e/support/settled.ts';
import { parseId } from '#src/domain/text/id.ts';
import { chromiumArgs, findOrInstallChromium } from '#test/support/chromium.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { seedApis } from './apis.ts';
import { seedBacklog } from './backlog.ts';
import { seedCallbacks } from './callbacks.ts';
import { seedHistory } from './history.ts';
import { packPng } from './pack-png.ts';
import { seedPlans } from './plans.ts';
import { replies, type Story, tellStory } from './story.ts';

/**
 * Pictures of every page into docs/screenshots: full in both themes and on a phone, empty, and when the server fails.
 * `npm run screenshots [-- --only jobs,job]`, after `npm run build`.
 */
const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const folder = path.resolve(import.meta.dirname, '../../docs/screenshots');
const heartbeatMs = 2_000;

type Shot = { name: string; path: string; prepare?: (page: Page) => Promise<unknown> };

/** The pages of the sidebar, and that of the account. */
const places: Shot[] = [];
const ringback = await startRingback();
const receiver = await startReceiver();
const browser = await chromium.launch({ executablePath: await findOrInstallChromium(), args: chromiumArgs });
try {
  await mkdir(folder, { recursive: true });
  const page = await browser.newPage({
    baseURL: ringback.url,
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  await signInPage(page, ringback);
  places.push(...(await placesOf(page)));
  await withDatabase(ringback, async (db) => {
    const query: Query = (text, values) => db.query(text, values);
    await query(`update project set name = 'lumen-studio'`);
    await shoot(page, 'empty', places);
    receiver.answer(replies());
    const story = await fill(ringback, query);
    const beat = setInterval(
      () => void query('update worker set heartbeat_at = now(), dead_at = null').catch(() => {}),
      heartbeatMs,
    );
    try {
      await shootFull(page, story);
      await shootDoors(browser, ringback);
      await failing(page);
      await shoot(page, 'error', [...places, ...failingDetails(story)]);
    } finally {
      clearInterval(beat);
    }
  });
} finally {
  await browser.close();
  await receiver.close();
  await ringback.stop();
}

/** Reads the pages from the sidebar, because Node cannot load the list of them: it has icons, which are JSX. */
async function placesOf(page: Page): Promise<Shot[]> {
  const links = page.getByRole('complementary', { name: 'Project' }).getByRole('navigation').getByRole('link');
  await links.first().waitFor();
  const found = await links.evaluateAll((all) =>
    all.map((link) => ({ path: link.getAttribute('href') ?? '', label: link.textContent ?? '' })),
  );
  const shots = found.map(({ path, label }) => ({ name: label.toLowerCase().replaceAll(' ', '-'), path }));
  return [...shots, { name: 'account', path: '/settings/account' }];
}

async function fill(on: Ringback, query: Query): Promise<Story> {
  const story = await tellStory(on, receiver, query);
  const project = parseId('prj', on.projectId) ?? '';
  const endpoint = parseId('end', story.endpoint) ?? '';
  await seedHistory(query, { project, endpoint });
  await seedBacklog(query, project);
  await seedCallbacks(query, project);
  await seedApis(on, query, project);
  await seedPlans(on, query, project);
  await query(`update "user" set name = 'Mara Keller', email = 'mara@lumen.studio'`);
  await query(
    `with people as (
       insert into "user" (id, name, email, email_verified) values
         ('seeded-1', 'Jonas Adler', 'jonas@lumen.studio', true), ('seeded-2', 'Priya Nair', 'priya@lumen.studio', true) returning id)
     insert into membership (user_id, project_id, role)
     select id, $1::uuid, case id when 'seeded-1' then 'member' else 'viewer' end from people`,
    [project],
  );
  await query(
    `update job set failure = host || ' ' || coalesce(status::text, error->>'code', 'timeout') || ':5xx' where state = 'failed'`,
  );
  await query(
    `update delivery set failure = split_part(split_part(url, '//', 2), '/', 1) || ' ' || coalesce(status::text, error->>'code', 'timeout')
     where state = 'failed'`,
  );
  await query(`update worker set name = 'w-fra-4', slots = 10 where name not like 'w-%'`);
  await query(
    `update endpoint set state = 'disabled', disabled_reason = 'failing', disabled_at = now() - interval '50 minutes',
       failing_since = now() - interval '5 days', last_failure_at = now() - interval '50 minutes', last_failure_answer = '500'
     where name = 'acme-crm'`,
  );
  return story;
}

async function shootFull(page: Page, { jobs, endpoint, delivery }: Story): Promise<void> {
  const details: Shot[] = [
    { name: 'job', path: `/jobs/${jobs.ended}` },
    { name: 'job-retrying', path: `/jobs/${jobs.waiting}` },
    { name: 'job-again', path: `/jobs/${jobs.ended}/again` },
    { name: 'endpoint', path: `/endpoints/${endpoint}` },
    { name: 'delivery', path: `/deliveries/${delivery}` },
    { name: 'upstream', path: '/upstreams/openai' },
    { name: 'jobs-selected', path: '/jobs?state=failed', prepare: selectRows },
    { name: 'jobs-peek', path: `/jobs?peek=${jobs.ended}`, prepare: untilPeeked },
  ];
  const shots = [...places, ...details];
  await shoot(page, 'light', shots);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'dark', shots);
  await page.emulateMedia({ colorScheme: 'light' });
  await shoot(page, 'phone', shots, { width: 390, height: 844 });
}

/** The pages of single things have errors of their own. */
function failingDetails({ jobs, endpoint, delivery }: Story): Shot[] {
  return [
    { name: 'job', path: `/jobs/${jobs.ended}` },
    { name: 'job-again', path: `/jobs/${jobs.ended}/again` },
    { name: 'endpoint', path: `/endpoints/${endpoint}` },
    { name: 'delivery', path: `/deliveries/${delivery}` },
    { name: 'upstream', path: '/upstreams/openai' },
  ];
}

/** What whoever is not signed in sees: the sign-in page, also with its error, and that of an invitation. */
async function shootDoors(on: Browser, { url, apiKey }: Ringback): Promise<void> {
  const page = await on.newPage({ baseURL: url, reducedMotion: 'reduce', timezoneId: 'UTC', locale: 'en-GB' });
  const invited = await page.request.post('/api/trpc/members.invite', {
    headers: { authorization: `Bearer ${apiKey}` },
    data: { email: 'vera@lumen.studio', role: 'member' },
  });
  const invitation = new URL((await invited.json()).result.data.url);
  const doors = [
    { name: 'sign-in', path: '/sign-in' },
    { name: 'join', path: `${invitation.pathname}${invitation.search}` },
  ];
  await shoot(page, 'light', doors);
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'dark', doors);
  await page.emulateMedia({ colorScheme: 'light' });
  await shoot(page, 'phone', doors, { width: 390, height: 844 });
  await shoot(page, 'error', [
    { name: 'sign-in', path: '/sign-in', prepare: signInWrongly },
    { name: 'join', path: '/join?token=used' },
  ]);
  await page.context().close();
}

async function signInWrongly(page: Page): Promise<void> {
  await page.getByLabel('Email').fill('mara@lumen.studio');
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#password[aria-invalid]').waitFor();
}

async function selectRows(page: Page): Promise<void> {
  for (const row of [0, 1, 3]) await page.locator('tbody tr').nth(row).getByRole('checkbox').click();
}

function untilPeeked(page: Page): Promise<void> {
  return page.getByRole('complementary', { name: 'Peek' }).getByRole('region', { name: 'Response' }).first().waitFor();
}

async function shoot(
  page: Page,
  kind: string,
  shots: readonly Shot[],
  size = { width: 1440, height: 900 },
): Promise<void> {
  for (const shot of shots) {
    await page.setViewportSize(size);
    if (options.only && !options.only.split(',').includes(shot.name)) continue;
    await page.goto(shot.path);
    await untilSettled(page);
    await page.mouse.move(0, 0);
    await shot.prepare?.(page);
    if (kind === 'light' || kind === 'dark' || kind === 'phone') await growToPage(page, size);
    const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    const packed = packPng(png);
    await writeFile(path.join(folder, `${shot.name}-${kind}.png`), packed);
    process.stdout.write(`${shot.name}-${kind}.png  ${(packed.length / 1_000).toFixed(0)} kB\n`);
  }
}

/** So high a window that all of the page is in it, as on a high screen: what sticks to its edges does so at the page's own. */
async function growToPage(page: Page, { width, height }: { width: number; height: number }): Promise<void> {
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, whole) });
  await page.waitForFunction((wide) => window.innerHeight >= wide, Math.max(height, whole));
}

/** From here on the server answers 500 to everything but who is signed in. */
async function failing(page: Page): Promise<void> {
  const error = {
    error: {
      message: 'The server could not answer.',
      code: -32_603,
      data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, requestId: '5f1c7a0e' },
    },
  };
  await page.route('**/api/trpc/**', async (route: Route) => {
    const names = new URL(route.request().url()).pathname.replace('/api/trpc/', '').split(',');
    if (!names.includes('session.me')) return route.fulfill({ status: 500, json: names.map(() => error) });
    const answered = (await (await route.fetch()).json()) as unknown[];
    return route.fulfill({
      status: 207,
      json: names.map((name, at) => (name === 'session.me' ? answered[at] : error)),
    });
  });
}
