import { expect, it } from 'vitest';
import { Deadlines } from '#src/outbound/deadlines.ts';
import { ConnectTimeoutError, Dialling, makeDial } from '#src/outbound/dial.ts';
import { makeGuard } from '#src/outbound/guard.ts';
import { startRaw } from './raw-server.ts';
import { allowing, closing } from './sending.ts';

/** Every deadline is over as soon as the event loop comes round. */
class Impatient extends Deadlines {
  override add(entry: { expiresAt: number; expire(): void }): void {
    super.add({ expiresAt: 0, expire: () => entry.expire() });
  }
}

it('a handshake that takes too long is given up, each address is tried, and no socket stays', async () => {
  const server = closing(await startRaw(() => {}));
  const guard = makeGuard(allowing('127.0.0.1'), async () => ['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  const dial = makeDial(guard, new Impatient());
  const destination = { protocol: 'https:', hostname: 'slow.example', host: 'slow.example', port: `${server.port}` };
  await expect(dial(destination, new Dialling())).rejects.toBeInstanceOf(ConnectTimeoutError);
  expect(server.accepted()).toBe(3);
  await server.allClosed();
});

it('a dial that is cancelled while the name is looked up opens no socket', async () => {
  const server = closing(await startRaw(() => {}));
  const answer = Promise.withResolvers<string[]>();
  const dialling = new Dialling();
  const dial = makeDial(
    makeGuard(allowing('127.0.0.1'), () => answer.promise),
    new Deadlines(),
  );
  const dialled = dial({ protocol: 'http:', hostname: 'a.example', port: `${server.port}` }, dialling);
  dialling.cancel();
  answer.resolve(['127.0.0.1']);
  await expect(dialled).rejects.toBeInstanceOf(Error);
  expect(server.accepted()).toBe(0);
});

it('a socket that leads elsewhere than was dialled is refused', () => {
  const guard = makeGuard(allowing('127.0.0.1'), async () => ['127.0.0.1']);
  const place = { protocol: 'http:', hostname: 'a.example', port: '8080' };
  expect(() => guard.assertReached(place, '127.0.0.1', '10.0.0.1')).toThrow(/another address/);
  expect(() => guard.assertReached(place, '10.0.0.1', '10.0.0.1')).toThrow(/RINGBACK_EGRESS_ALLOW/);
  expect(() => guard.assertReached(place, '127.0.0.1', '::ffff:127.0.0.1')).not.toThrow();
});
