import { expect, it } from 'vitest';
import { sharingNext } from '#src/engine/pump/share-next.ts';

it('does its work once for a call, and once more for all calls that come meanwhile', async () => {
  const open: PromiseWithResolvers<void>[] = [];
  const read = sharingNext(() => {
    const one = Promise.withResolvers<void>();
    open.push(one);
    return one.promise;
  });
  const first = read();
  const later = Array.from({ length: 1_000 }, () => read());
  expect(open).toHaveLength(1);
  open[0]?.resolve();
  await first;
  await expect.poll(() => open.length).toBe(2);
  const last = read();
  open[1]?.resolve();
  await Promise.all(later);
  await expect.poll(() => open.length).toBe(3);
  open[2]?.resolve();
  await last;
  expect(open).toHaveLength(3);
});

it('tells each call of its own failure, and works again afterwards', async () => {
  let count = 0;
  const read = sharingNext(async () => {
    count += 1;
    if (count < 3) throw new Error(`failure ${count}`);
  });
  const calls = [read(), read()].map((call) => call.catch((error: Error) => error.message));
  expect(await Promise.all(calls)).toEqual(['failure 1', 'failure 2']);
  await read();
  expect(count).toBe(3);
});
