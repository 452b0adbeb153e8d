import type { Page } from '@playwright/test';
import { expect } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest, submitMany, untilCount } from '#e2e/support/rest.ts';
import { untilSettled } from '#e2e/support/settled.ts';

const markup = '<img src=x onerror="window.harmed=1"><script>window.harmed=2</script>';
const turned = '\u202egpj.exe\u2066 שלום \u200b';
const long = 'long'.repeat(450);

test('what strangers wrote is text on every page, and pushes nothing out of a phone', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { endpoint, jobs } = await seed(project, receiver.url);
  await untilCount(project, 'state=completed', jobs.length);
  const { deliveries } = await rest<{ deliveries: { id: string }[] }>(project, 'GET /v1/deliveries');
  expect(deliveries.length).toBeGreaterThan(0);
  await page.addInitScript(() => {
    const say = (what: string) => Object.assign(window, { harmed: what });
    Object.assign(window, { alert: () => say('alert'), confirm: () => say('confirm'), prompt: () => say('prompt') });
  });
  const popups: string[] = [];
  page.on('popup', (popup) => popups.push(popup.url()));
  const paths = [
    '/',
    '/jobs',
    '/jobs?label=%3Cb%3Ebold%3C%2Fb%3E',
    `/jobs?q=${encodeURIComponent(markup.slice(0, 60))}`,
    ...jobs.flatMap((id) => [`/jobs/${id}`, `/jobs/${id}/again`]),
    '/endpoints',
    `/endpoints/${endpoint}`,
    '/deliveries',
    `/deliveries/${deliveries[0]?.id}`,
    '/operations',
  ];
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    for (const path of paths) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
      await untilSettled(page);
      await expectHarmless(page, `${path} at ${width}`);
    }
  }
  expect(popups).toEqual([]);

  await test.step('and what turns text around is named', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`/jobs/${jobs[1]}`);
    await expect(page.getByRole('img', { name: 'right-to-left override' }).first()).toBeVisible();
  });
});

async function expectHarmless(page: Page, where: string): Promise<void> {
  const seen = await page.evaluate(() => ({
    harmed: (window as { harmed?: unknown }).harmed ?? null,
    images: document.querySelectorAll('main img[src="x"], main img[onerror]').length,
    links: [...document.querySelectorAll('a')].filter(({ protocol }) => protocol === 'javascript:').length,
    // By name what is too wide, unless it scrolls in a box of its own.
    tooWide: [...document.querySelectorAll('main *, header *')]
      .filter(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
      .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth)
      .map(({ tagName, className }) => `${tagName} ${className}`),
    sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  expect(seen, where).toEqual({ harmed: null, images: 0, links: 0, tooWide: [], sideways: 0 });
}

async function seed(project: Project, receiver: string): Promise<{ endpoint: string; jobs: string[] }> {
  const { id } = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: `n-${'x'.repeat(60)}`,
    url: `${receiver}/hook?markup=${encodeURIComponent(markup)}&long=${long.slice(0, 1_200)}`,
    description: `${markup} ${turned} javascript:window.harmed=3 ${'word '.repeat(30)}`,
    headers: { 'x-markup': markup, 'x-long': long },
    projectWide: true,
  });
  const jobs = await submitMany(project, [
    {
      url: `${receiver}/${encodeURIComponent(markup)}?next=javascript:window.harmed=4&long=${long.slice(0, 1_700)}`,
      labels: ['<b>bold</b>', 'x'.repeat(64), 'javascript:window.harmed=5'],
      headers: { 'x-markup': markup, 'x-long': long },
      json: { [markup]: markup, turned, long, link: 'javascript:window.harmed=6' },
      metadata: { [markup]: turned },
      idempotencyKey: `${markup}-${'k'.repeat(150)}`,
    },
    {
      url: `${receiver}/turned`,
      labels: [turned.trim()],
      headers: { 'content-type': 'text/html', 'x-script': 'javascript:window.harmed=7' },
      body: `${markup}\n${turned}\n${long}`,
    },
  ]);
  return { endpoint: id, jobs };
}
