import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startReceiver } from '#test/support/receiver.ts';
import { startTarget } from '#test/support/target-server.ts';
import { startUp } from '#test/support/up.ts';

/** A file system of its own in memory, which PostgreSQL's files can fill. Only root may make one. */
function mountSmall(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=320m', 'tmpfs', folder]).status === 0;
  if (mounted) chmodSync(folder, 0o755);
  else rmSync(folder, { recursive: true });
  return mounted ? folder : null;
}

function unmount(folder: string): void {
  execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
}

type Answer = { status: number; body: { id: string; code?: string } };

async function fillAndFree(folder: string): Promise<void> {
  const [up, target, receiver] = await Promise.all([
    startUp({ RINGBACK_DATA_DIR: join(folder, 'data') }),
    startTarget(),
    startReceiver(),
  ]);
  onTestFinished(async () => {
    await up.stop();
    await Promise.all([target.close(), receiver.close()]);
  });
  const headers = { authorization: `Bearer ${up.credentials.apiKey}`, 'content-type': 'application/json' };
  const submit = async (path: string): Promise<Answer> => {
    // What cannot be compressed fills a disk soonest.
    const metadata = Array.from({ length: 100 }, () => Math.random().toString(36));
    const body = JSON.stringify({ url: target.url + path, callback: receiver.url, metadata });
    const response = await fetch(`${up.url}/v1/jobs`, { method: 'POST', headers, body });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const told = new Set<string>();
  let read = 0;
  // Bodies are long, and each is looked at once: a receiver that computes for seconds would not answer in time.
  const allTold = (ids: readonly string[]) => {
    for (; read < receiver.received.length; read++)
      told.add(/"id":"(job_\w+)"/.exec(receiver.received[read]?.body.toString('latin1', 0, 1_000) ?? '')?.[1] ?? '');
    return ids.every((id) => told.has(id));
  };

  // These bring their results while nothing can be written.
  const answers: Answer[] = await Promise.all(Array.from({ length: 10 }, (_, i) => submit(`/slow/5000?${i}`)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  const ballast = join(folder, 'ballast');
  const { bavail, bsize } = await statfs(folder);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 4 * 1024 * 1024));
  for (let refused = 0; refused < 3; ) {
    const some = await Promise.all(Array.from({ length: 20 }, () => submit('/bytes/20000')));
    answers.push(...some);
    if (some.some(({ status }) => status !== 202)) refused += 1;
    if (answers.length > 5_000) throw new Error('the disk is not full');
  }
  const log = readFileSync(join(folder, 'data', 'postgres', 'postgres.log'), 'utf8');
  expect(log).toContain('No space left on device');
  rmSync(ballast);
  // PostgreSQL may have stopped meanwhile, and is started again.
  const again = async () => {
    const answer = await submit('/json');
    answers.push(answer);
    return answer.status;
  };
  await expect.poll(again, { timeout: 60_000, interval: 200 }).toBe(202);

  expect(new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim()))).toEqual(
    new Set(['202', '503 unavailable']),
  );
  const ids = answers.filter(({ status }) => status === 202).map(({ body }) => body.id);
  await receiver.waitFor(() => allTold(ids), 60_000);
  expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(told.size);
  // A result that could not be written at first was kept, and its request was not made again.
  for (let i = 0; i < 10; i++) expect(target.requests.filter(({ path }) => path === `/slow/5000?${i}`)).toHaveLength(1);
}

const probe = mountSmall();
if (probe !== null) {
  unmount(probe);
  it('a disk that is full refuses submissions by name, loses nothing that was accepted, and is worked on when there is room', async () => {
    const folder = mountSmall() ?? '';
    onTestFinished(() => unmount(folder));
    await fillAndFree(folder);
  }, 240_000);
}
