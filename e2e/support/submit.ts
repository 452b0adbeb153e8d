import { expect } from './journey.ts';
import { rest } from './rest.ts';
import type { Ringback } from './ringback.ts';

/** Submits a job as a program would; answers its id. */
export async function submit({ url, apiKey }: Ringback, job: object): Promise<string> {
  const answer = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(job),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

/** Submits a job, and waits until it has ended; answers its id. */
export async function submitEnded(ringback: Ringback, job: object): Promise<string> {
  const id = await submit(ringback, job);
  const endedAt = async () => (await rest<{ endedAt: string | null }>(ringback, `GET /v1/jobs/${id}?wait=20`)).endedAt;
  await expect.poll(endedAt, { timeout: 60_000 }).not.toBeNull();
  return id;
}
