import { createRingback } from '#src/client/index.ts';

/**
 * A function of an app in a process of its own, which a test kills and starts over. It makes requests one after
 * another and at once, and writes what came of them as one line of JSON.
 */
const { RUN_ID = '', TARGET = '' } = process.env;
const io = createRingback().run(RUN_ID);

const [one, same, sameAgain] = await Promise.all([
  io.fetch(`${TARGET}/one`),
  io.fetch(`${TARGET}/same`, { method: 'POST', body: 'same' }),
  io.fetch(new Request(`${TARGET}/same`, { method: 'POST', body: 'same' })),
]);
const texts = await Promise.all([one, same, sameAgain].map((response) => response.text()));
const id = await io.step('id', () => crypto.randomUUID());
const next = await io.fetch(`${TARGET}/next`, { method: 'POST', body: `${id} ${texts.join()}` });
const report = await io.backgroundFetch('report', `${TARGET}/report`);
const last = await io.fetch(`${TARGET}/last`, { ringback: { retry: 'none' } });
process.stdout.write(JSON.stringify([...texts, await next.text(), report, last.status]));
