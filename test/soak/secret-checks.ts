import type { Ledger } from './ledger.ts';
import type { SoakStack } from './soak-stack.ts';

/** The most jobs whose answers are read. */
const mostJobs = 150;

/**
 * Looks for planted secrets in what the API answers to a dashboard, and in all tables, where they must be encrypted.
 * Returns the places.
 */
export async function findSecrets(stack: SoakStack, ledger: Ledger): Promise<string[]> {
  return [...(await inAnswers(stack, ledger)), ...(await inTables(stack, ledger.marker))];
}

async function inAnswers({ url, credentials }: SoakStack, ledger: Ledger): Promise<string[]> {
  const ids = [...ledger.entries.values()].filter(({ secret }) => secret).flatMap((entry) => [...entry.ids]);
  const trpc = (path: string, input: object) => `/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`;
  const paths = [
    '/v1/endpoints',
    '/v1/schedules',
    '/v1/jobs/export?format=json&label=soak',
    '/v1/deliveries/export?format=json',
    trpc('jobs.list', { limit: 100 }),
    ...ids
      .slice(-mostJobs)
      .flatMap((id) => [
        `/v1/jobs/${id}`,
        `/v1/jobs/${id}/attempts`,
        `/v1/jobs/${id}/body`,
        `/v1/jobs/${id}/result`,
        `/v1/deliveries?jobId=${id}`,
        trpc('jobs.get', { id }),
      ]),
  ];
  const found: string[] = [];
  for (const path of paths) {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${credentials.apiKey}` } });
    if (response.status >= 500 || response.status === 400) found.push(`${path} answered ${response.status}`);
    const head = JSON.stringify([...response.headers]);
    if (`${head} ${await response.text()}`.includes(ledger.marker)) found.push(path);
  }
  return found;
}

async function inTables({ query }: SoakStack, marker: string): Promise<string[]> {
  const tables = await query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  // Bytes are shown as hexadecimal digits.
  const asBytes = Buffer.from(marker).toString('hex');
  for (const { name } of tables) {
    const text = `select 1 from ${name} t where position($1 in t::text) > 0 or position($2 in t::text) > 0 limit 1`;
    if ((await query(text, [marker, asBytes])).length > 0) found.push(`the table ${name}`);
  }
  return found;
}
