import { KeptChild } from '#src/cli/run/kept-child.ts';
import { makeLog } from '#src/log.ts';

/** A parent that keeps one child, for tests that kill the parent. */
const [script = '', notes = ''] = process.argv.slice(2);
const child = new KeptChild({
  name: 'child',
  script,
  args: ['obey', notes],
  environment: () => ({ ...process.env, CHILD_ID: 'only' }),
  onDeath: async () => undefined,
  onRefused: () => undefined,
  log: makeLog({ logLevel: 'silent', logFormat: 'json' }),
});
await child.ready;
process.send?.({ pid: child.pid });
