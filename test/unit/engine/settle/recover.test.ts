import { expect, it } from 'vitest';
import { pace } from '#src/engine/pace.ts';
import { recover } from '#src/engine/settle/recover.ts';
import { makeLog } from '#src/log.ts';

it('a worker that stops takes over no further dead worker, and none that it is itself', async () => {
  let asked = 0;
  const db = {
    run: async () => ['one', 'me', 'two', 'three', 'four'].map((id) => ({ id })),
    transaction: async () => {
      asked += 1;
      throw new Error('the database hangs');
    },
  };
  const deps = { db, pace, log: makeLog({ logLevel: 'silent', logFormat: 'json' }) } as never;
  const options = { judgeSilence: true, worker: { id: 'me', name: 'w' }, stopped: () => asked === 2 };
  expect(await recover(deps, options)).toBe(0);
  expect(asked).toBe(2);
});
