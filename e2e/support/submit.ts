import { expect } from './journey.ts';
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
