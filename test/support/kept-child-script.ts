import { appendFileSync } from 'node:fs';
import { tellParent } from '#src/cli/run/child.ts';
import { runUntilTold } from '#src/cli/run/run-until-told.ts';

/**
 * A child for tests of the code that keeps children running. It notes its starts in a file and behaves as its arguments
 * say.
 */
const [behaviour = '', notes = ''] = process.argv.slice(2);
appendFileSync(notes, `${process.env.CHILD_ID} ${process.pid}\n`);

if (behaviour === 'refuse') {
  await tellParent({ kind: 'refused', message: 'no chance' });
  process.exit(1);
}
const isSecond = process.env.CHILD_ID === '2';
if (behaviour === 'hindered at first' || (behaviour === 'hindered' && isSecond)) {
  await tellParent({ kind: 'refused', message: 'port taken', mayPass: true });
  process.exit(1);
}
if (behaviour === 'crash') process.exit(3);
const failures: Record<string, string> = {
  fail: 'no idea',
  'fail each time in another way': `no idea ${process.env.CHILD_ID}`,
};
const message = failures[behaviour];
if (message !== undefined) {
  await tellParent({ kind: 'failed', message, passing: false });
  process.exit(1);
}
if (behaviour === 'wait for the database' && Number(process.env.CHILD_ID) < 5) {
  await tellParent({ kind: 'failed', message: 'the database is away', passing: true });
  process.exit(1);
}
if (behaviour === 'fail later' && Number(process.env.CHILD_ID) > 1) {
  await tellParent({ kind: 'failed', message: 'no idea', passing: false });
  process.exit(1);
}
await runUntilTold(async () => {
  const timer = setInterval(() => undefined, 60_000);
  return {
    stop: async () => {
      if (behaviour === 'stubborn') return new Promise<void>(() => undefined);
      clearInterval(timer);
      appendFileSync(notes, 'stopped in order\n');
    },
  };
});
