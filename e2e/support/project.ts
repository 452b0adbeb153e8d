import type { BrowserContext } from '@playwright/test';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { test as journey } from './journey.ts';
import { type Owner, signInOwner } from './owner.ts';
import type { Ringback } from './ringback.ts';

/** A project that only this journey knows, with a key of its own: what others have left behind is not in it. */
export type Project = Ringback & { name: string };

type Given = {
  project: Project;
  /** Answers 204 to everything until told otherwise. */
  receiver: Receiver;
};

export const test = journey.extend<Given, { owner: Owner }>({
  owner: [
    async ({ playwright, ringback }, use) => {
      const owner = await signInOwner(playwright, ringback);
      await use(owner);
      await owner.close();
    },
    { scope: 'worker' },
  ],
  project: async ({ context, ringback, owner }, use) => {
    const project = await makeProject(ringback, owner, 'Acme');
    await enter(context, project, owner);
    await use(project);
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  receiver: async ({}, use) => {
    const receiver = await startReceiver();
    await use(receiver);
    await receiver.close();
  },
});

export async function makeProject(ringback: Ringback, owner: Owner, name: string): Promise<Project> {
  const { id } = await owner.call<{ id: string }>('projects.create', { name });
  const key = await owner.call<{ secret: string }>('apiKeys.create', { name: 'journey', scopes: ['admin'] }, id);
  return { ...ringback, name, projectId: id, apiKey: key.secret };
}

/** Pages of this context belong to the owner, and show the project. */
export async function enter(context: BrowserContext, { url, projectId }: Project, { cookies }: Owner): Promise<void> {
  await context.addCookies([...cookies, { name: 'ringback_project', value: projectId, url }]);
}
