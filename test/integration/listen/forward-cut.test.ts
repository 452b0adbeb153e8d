import { afterEach, expect, it } from 'vitest';
import { forward } from '#src/command/listen/listen-forward.ts';
import { type RawServer, startRaw } from '#test/integration/outbound/raw-server.ts';

let app: RawServer | undefined;
afterEach(() => app?.close());

it('an app whose answer is cut off has said its status', async () => {
  app = await startRaw((socket) => socket.end('HTTP/1.1 202 OK\r\ncontent-length: 10\r\n\r\nhalf'));
  const answer = await forward(new URL(app.url), { headers: {}, body: Buffer.from('{}') }, AbortSignal.timeout(10_000));
  expect(answer).toMatchObject({ status: 202, problem: null, body: Buffer.from('half') });
});
