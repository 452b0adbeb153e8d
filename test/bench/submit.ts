import { Pool } from 'undici';
import type { Stack } from './stack.ts';

/** How jobs are submitted: 500 in a request, or one in each over 64 connections. */
export const ways = { 'in batches': 500, 'one by one': 1 } as const;
export type Way = keyof typeof ways;

export type Submitter = Readonly<{
  /** Submits that many jobs. Each is durable when the promise resolves. */
  submit(jobs: number, way: Way, job: object): Promise<void>;
  post(procedure: string, input: unknown): Promise<void>;
  close(): Promise<void>;
}>;

/** Opens 64 connections to the web processes, in turn. */
export function openSubmitter({ urls, credentials }: Pick<Stack, 'urls' | 'credentials'>): Submitter {
  const pools = urls.map((url) => new Pool(url, { connections: Math.ceil(64 / urls.length) }));
  const headers = { authorization: `Bearer ${credentials.apiKey}`, 'content-type': 'application/json' };
  let turn = 0;
  const post = async (procedure: string, input: unknown) => {
    const { statusCode, body } = await (pools[turn++ % pools.length] as Pool).request({
      path: `/api/trpc/${procedure}`,
      method: 'POST',
      headers,
      body: JSON.stringify(input),
    });
    const text = await body.text();
    if (statusCode !== 200 || text.includes('"ok":false'))
      throw new Error(`${procedure} answered ${statusCode}: ${text.slice(0, 300)}`);
  };
  return {
    post,
    async submit(jobs, way, job) {
      const size = ways[way];
      const input = size > 1 ? { jobs: Array.from({ length: size }, () => job) } : job;
      let left = Math.ceil(jobs / size);
      const lane = async () => {
        while (left-- > 0) await post(size > 1 ? 'jobs.submitMany' : 'jobs.submit', input);
      };
      await Promise.all(Array.from({ length: size > 1 ? 4 : 64 }, lane));
    },
    close: async () => void (await Promise.all(pools.map((pool) => pool.close()))),
  };
}

/** The job that is measured: a small POST whose result is kept and whose end is told. */
export function benchJob(sinkUrl: string): object {
  return { url: `${sinkUrl}/target`, method: 'POST', json: { a: 1 }, callback: `${sinkUrl}/hook` };
}
