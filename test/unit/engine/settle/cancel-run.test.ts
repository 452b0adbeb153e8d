import { expect, it } from 'vitest';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { finishCancelledRuns } from '#src/engine/settle/cancel-run.ts';
import { makeLog } from '#src/log.ts';

it('a cancelled run whose jobs cannot be cancelled does not keep the others', async () => {
  let asked = 0;
  const db = {
    run: async () => [1, 2, 3].map((n) => ({ id: uuidV7(n, new Uint8Array(16)), project_id: 'p' })),
    transaction: async () => {
      asked += 1;
      if (asked === 1) throw new Error('refused for the test');
      return { cancelled: [], isLast: true };
    },
  };
  const deps = { db, notify: () => undefined, log: makeLog({ logLevel: 'silent', logFormat: 'json' }) };
  expect(await finishCancelledRuns(deps as never)).toBe(3);
  expect(asked).toBe(3);
});
