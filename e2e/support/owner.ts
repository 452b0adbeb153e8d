import type { APIRequestContext, BrowserContext, Page, PlaywrightWorkerArgs } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Ringback } from './ringback.ts';

/** The owner's session, for what a journey needs before it begins: signing in each time would meet its limit. */
export type Owner = {
  /** Calls a procedure in a project, or in the one joined first. */
  call: <Answer>(path: string, input: object, projectId?: string) => Promise<Answer>;
  cookies: Awaited<ReturnType<BrowserContext['cookies']>>;
  close: () => Promise<void>;
};

export async function signInOwner(
  playwright: PlaywrightWorkerArgs['playwright'],
  { url, dashboard }: Ringback,
): Promise<Owner> {
  const request = await playwright.request.newContext({ baseURL: url });
  const answer = await request.post('/api/auth/sign-in/email', { data: dashboard });
  expect(answer.status()).toBe(200);
  return {
    call: (path, input, projectId) => callProcedure(request, path, input, projectId),
    cookies: (await request.storageState()).cookies,
    close: () => request.dispose(),
  };
}

/** A mutation, as the dashboard would make it. */
export async function callProcedure<Answer>(
  request: APIRequestContext,
  path: string,
  input: object,
  projectId?: string,
): Promise<Answer> {
  const headers = projectId === undefined ? {} : { 'x-ringback-project': projectId };
  const answer = await request.post(`/api/trpc/${path}`, { data: input, headers });
  expect(answer.status(), await answer.text()).toBe(200);
  return (await answer.json()).result.data;
}

/** Signs in as the owner by the page itself. */
export async function signInPage(page: Page, { dashboard }: Ringback): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(dashboard.email);
  await page.getByLabel('Password').fill(dashboard.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Password').waitFor({ state: 'hidden' });
}
