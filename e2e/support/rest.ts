import { expect } from '@playwright/test';
import type { Ringback } from './ringback.ts';

type Caller = Pick<Ringback, 'url' | 'apiKey'>;

/** Asks the REST API as a program would; the answer must be 2xx. */
export async function rest<Answer>({ url, apiKey }: Caller, call: string, body?: object): Promise<Answer> {
  const [method = 'GET', path = '/'] = call.split(' ');
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(answer.ok, `${call}: ${answer.status} ${text}`).toBe(true);
  return JSON.parse(text) as Answer;
}

export type ListedJob = { id: string; state: string; rerunOf: string | null; url: string; labels: string[] };

/** All jobs that a filter finds, as the export answers them. */
export function allJobs(caller: Caller, filter = ''): Promise<ListedJob[]> {
  return rest(caller, `GET /v1/jobs/export?format=json${filter && `&${filter}`}`);
}

/** Submits many jobs at once; answers their ids, in order. */
export async function submitMany(caller: Caller, jobs: readonly object[]): Promise<string[]> {
  const { results } = await rest<{ results: { ok: boolean; job: { id: string } }[] }>(caller, 'POST /v1/jobs/batch', {
    jobs,
  });
  return results.map(({ ok, job }) => {
    expect(ok).toBe(true);
    return job.id;
  });
}

/** Waits until so many jobs of a state are there. */
export async function untilCount(caller: Caller, filter: string, count: number): Promise<void> {
  await expect.poll(async () => (await allJobs(caller, filter)).length, { timeout: 60_000 }).toBe(count);
}
