import { expect, it } from 'vitest';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import { sweep } from '#src/engine/listen/sweep.ts';
import { pace } from '#src/engine/pace.ts';
import { makeLog } from '#src/log.ts';

it('a silent listener that cannot be deleted does not keep the others, nor old messages', async () => {
  const ids = [1, 2, 3].map((n) => uuidV7(n, new Uint8Array(16)));
  const ran: [string, unknown][] = [];
  let asked = 0;
  const db = {
    run: async (name: string, _text: string, [first]: unknown[]) => {
      ran.push([name, first]);
      return name === 'find_silent_listeners' ? ids.map((id) => ({ id, project_id: 'p' })) : [];
    },
    transaction: async () => {
      asked += 1;
      if (asked === 1) throw new Error('refused for the test');
      throw new Refusal('not_found', 'its endpoint was deleted by hand');
    },
  };
  const deps = { db, pace, notify: () => undefined, log: makeLog({ logLevel: 'silent', logFormat: 'json' }) };
  await sweep(deps as never);
  expect(ran.filter(([name]) => name === 'delete_listener').map(([, id]) => id)).toEqual(ids.slice(1));
  expect(ran.at(-1)?.[0]).not.toBe('delete_listener');
});
