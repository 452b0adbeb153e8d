import { expect, it, onTestFinished, vi } from 'vitest';

it('fetch says so where the platform has no AsyncLocalStorage, and only after a function has run', async () => {
  vi.doMock('node:async_hooks', () => {
    throw new Error('No such module');
  });
  onTestFinished(() => {
    vi.doUnmock('node:async_hooks');
    vi.resetModules();
  });
  const { asFunction, asStep, inngestFetch, isInStep } = await import('#src/client/inngest/inngest-fetch.ts');
  inngestFetch.config({ fallback: async () => new Response('plain') });
  expect(await (await inngestFetch('https://a.test')).text()).toBe('plain');
  expect(inngestFetch.Response).toBe(Response);
  const own = async () => new Response('own');
  const inside = asFunction(own, () => inngestFetch('https://a.test'));
  await expect(inside).rejects.toMatchObject({ code: 'not_offered', message: expect.stringContaining('step.fetch') });
  // The rest of a function works without it.
  expect(await asFunction(own, () => asStep(() => [1, isInStep()]))).toEqual([1, false]);
});
