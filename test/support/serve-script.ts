import { serve } from '#src/client/index.ts';
import { startServeApp } from './serve-app.ts';

/**
 * An app in a process of its own, with a route that makes three requests at once and two more one after the other. It
 * kills itself right after the first answer to the call that `KILL_AT` names, so that it knows more than it has told.
 */
const { TARGET = '', PORT = '0', KILL_AT } = process.env;

const deadly: typeof fetch = async (...args) => {
  const response = await fetch(...args);
  if (KILL_AT !== undefined && String(args[0]).includes(KILL_AT)) process.kill(process.pid, 'SIGKILL');
  return response;
};

const report = serve(
  async (topic: string, io) => {
    const all = await Promise.all(
      ['one', 'two', 'three'].map(async (name) => (await io.fetch(`${TARGET}/${name}`)).text()),
    );
    const id = await io.step('id', () => crypto.randomUUID());
    const next = await io.fetch(`${TARGET}/next`, { method: 'POST', body: `${id} ${all.join()}` });
    const last = await io.backgroundFetch('last', `${TARGET}/last`);
    return [topic, ...all, await next.text(), last];
  },
  { fetch: deadly },
);

const app = await startServeApp({ '/report': report }, { port: Number(PORT) });
process.stdout.write(`app ready at ${app.url}\n`);
