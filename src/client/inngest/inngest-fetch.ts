import { type PlainFetch, RingbackError, type RingbackFetch, fetch as ringbackFetch } from '#src/client/index.ts';

/** The fetch of the function that runs, or null inside of its `step.run`. */
type Place = { fetch: PlainFetch | null };
type Storage = { run<T>(place: Place, work: () => T): T; getStore(): Place | undefined };

/** Inngest's `fetch`: what it does depends on where it is called. */
export type InngestFetch = RingbackFetch & {
  /** Sets the function that makes requests outside of functions and inside `step.run`. Changes this fetch. */
  config(options: { fallback?: PlainFetch | undefined }): InngestFetch;
};

/** Undefined until a function runs. Null where the platform has none. */
let storage: Storage | null | undefined;

/** Does the work of a function. `inngestFetch` is its `step.fetch` meanwhile. */
export async function asFunction<T>(fetch: PlainFetch, work: () => T): Promise<Awaited<T>> {
  storage ??= await loadStorage();
  return await (storage === null ? work() : storage.run({ fetch }, work));
}

/** Does the work of a step. `inngestFetch` makes an ordinary call meanwhile. */
export function asStep<T>(work: () => T): T {
  return storage ? storage.run({ fetch: null }, work) : work();
}

/** Returns true inside `step.run`. */
export function isInStep(): boolean {
  return storage?.getStore()?.fetch === null;
}

/**
 * Loads the platform's AsyncLocalStorage. It is loaded late, so that a platform without it can use everything else.
 * Edge platforms without modules of Node have it as a global.
 */
async function loadStorage(): Promise<Storage | null> {
  const given = (globalThis as { AsyncLocalStorage?: new () => Storage }).AsyncLocalStorage;
  if (given !== undefined) return new given();
  try {
    const { AsyncLocalStorage } = await import('node:async_hooks');
    return new AsyncLocalStorage<Place>();
  } catch {
    return null;
  }
}

let fallback: PlainFetch | undefined;

/**
 * Inside a function it is its `step.fetch`, also when a library calls it that was made outside. Elsewhere, and inside
 * `step.run`, it is the fallback that was set, else Ringback's `fetch`.
 */
const send: PlainFetch = (input, init) => {
  if (storage === null) return Promise.reject(noStorage());
  const inside = storage?.getStore()?.fetch;
  return (inside ?? fallback ?? ringbackFetch)(input, init);
};

export const inngestFetch: InngestFetch = Object.defineProperties(send as InngestFetch, {
  Response: { value: globalThis.Response },
  fallback: { get: () => fallback },
  config: {
    value(given: { fallback?: PlainFetch | undefined }) {
      fallback = given.fallback;
      return inngestFetch;
    },
  },
});

function noStorage(): RingbackError {
  const message =
    'This platform has no AsyncLocalStorage, so `fetch` cannot know which function calls it. ' +
    'Create the client of the API inside the function and give it `step.fetch`.';
  return new RingbackError('not_offered', message);
}
