import { parseArgs } from 'node:util';
import pg from 'pg';
import { formatId } from '#src/domain/text/id.ts';
import { appRouter } from '#src/server/router.ts';
import { type Call, dashboardCalls } from './dashboard-calls.ts';
import { measurePage } from './dashboard-page.ts';
import { seedDashboard } from './seed.ts';
import { type Stack, startStack } from './stack.ts';

/**
 * Measures how long the dashboard's calls take over HTTP, and its first page, at a server with very many jobs. Fails if
 * one is slower than people accept. `node test/bench/dashboard.ts [--jobs 1000000] [--repeat 20]`.
 */
const { values: options } = parseArgs({
  options: { jobs: { type: 'string', default: '1000000' }, repeat: { type: 'string', default: '20' } },
});
const limits = { p95Ms: 200, usableMs: 1_500, scriptBytes: 300_000 };

type Figure = { call: Call; p50: number; p95: number; twice?: boolean };

const stack = await startStack({ workers: 0 });
const problems: string[] = [];
try {
  const known = await seed(stack);
  const cookie = await signIn(stack);
  const procedures = appRouter._def.procedures as unknown as Record<string, unknown>;
  const calls = dashboardCalls(known);
  for (const missing of new Set(calls.map((call) => call.procedure).filter((path) => !(path in procedures))))
    console.log(`${missing}: not there`);
  const figures: Figure[] = [];
  for (const call of calls) {
    if (!(call.procedure in procedures)) continue;
    const figure = await measure(stack, cookie, call);
    figures.push(figure.p95 > limits.p95Ms ? better(figure, await measure(stack, cookie, call)) : figure);
  }
  report(figures);
  const page = await measurePage(stack);
  if (page === null) console.log('\nThe page was not measured: there is no build (npm run build).');
  else {
    console.log(
      `\n/jobs usable after ${page.usableMs.toFixed(0)} ms, its scripts ${(page.scriptBytes / 1000).toFixed(0)} kB packed`,
    );
    if (page.usableMs > limits.usableMs) problems.push(`/jobs: usable after ${page.usableMs.toFixed(0)} ms`);
    if (page.scriptBytes > limits.scriptBytes) problems.push(`/jobs: ${page.scriptBytes} bytes of scripts`);
  }
} finally {
  await stack.close();
}
for (const problem of problems) console.log(`TOO SLOW OR LARGE  ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

async function seed({ databaseUrl }: Stack) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const startedAt = performance.now();
  const first = async (text: string, values: unknown[] = []) =>
    (await client.query<{ id: string }>(text, values)).rows[0]?.id ?? '';
  const big = await first('select id from project order by id limit 1');
  const { endpointId } = await seedDashboard((text, values) => client.query(text, values), {
    jobs: Number(options.jobs),
    big,
  });
  const known = {
    jobId: formatId(
      'job',
      await first(`select id from job where project_id = $1 and state = 'failed' order by id desc limit 1`, [big]),
    ),
    oldJobId: formatId(
      'job',
      await first('select id from job where project_id = $1 order by id offset 1000 limit 1', [big]),
    ),
    deliveryId: formatId(
      'dlv',
      await first('select id from delivery where project_id = $1 order by id desc limit 1', [big]),
    ),
    endpointId: formatId('end', endpointId),
  };
  await client.query('checkpoint');
  await client.end();
  console.log(`seeded ${options.jobs} jobs in ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
  return known;
}

/** Returns the cookie of a person's session. API keys have no saved views, so those calls need one. */
async function signIn({ url, credentials }: Stack): Promise<string> {
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json' },
    body: JSON.stringify(credentials.dashboard),
  });
  if (!answer.ok) throw new Error(`signing in answered ${answer.status}`);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function measure({ url, credentials }: Stack, cookie: string, { procedure, name, input }: Call): Promise<Figure> {
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const times: number[] = [];
  // The first two calls only fill the caches.
  for (let n = -2; n < Number(options.repeat); n++) {
    const startedAt = performance.now();
    const response = await fetch(`${url}/api/trpc/${procedure}${query}`, {
      headers: procedure.startsWith('views.') ? { cookie } : { authorization: `Bearer ${credentials.apiKey}` },
    });
    const text = await response.text();
    if (n >= 0) times.push(performance.now() - startedAt);
    if (!response.ok) throw new Error(`${procedure} ${name} answered ${response.status}: ${text.slice(0, 300)}`);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? Number.NaN;
  return { call: { procedure, name, input }, p50: at(0.5), p95: at(0.95) };
}

/**
 * Returns the better of two measurements of a call that was too slow the first time: the machine may have been busy
 * with something else. The report shows that it was measured twice.
 */
function better(first: Figure, second: Figure): Figure {
  return { ...(second.p95 < first.p95 ? second : first), twice: true };
}

/** Prints all calls except the many pairs of filters; of those, the slowest. */
function report(figures: Figure[]): void {
  const line = ({ call, p50, p95, twice }: Figure) =>
    `${call.procedure.padEnd(18)} ${call.name.padEnd(46)} ${p50.toFixed(1).padStart(7)} ${p95.toFixed(1).padStart(7)}${twice ? '  measured twice' : ''}`;
  const pairs = figures.filter(({ call }) => call.name.includes(' + ') && call.procedure.startsWith('jobs.'));
  console.log(`${'call'.padEnd(18)} ${'of'.padEnd(46)} ${'p50 ms'.padStart(7)} ${'p95 ms'.padStart(7)}`);
  for (const figure of figures) if (!pairs.includes(figure)) console.log(line(figure));
  console.log(`\nthe slowest of ${pairs.length} pairs of filters`);
  for (const figure of [...pairs].sort((a, b) => b.p95 - a.p95).slice(0, 20)) console.log(line(figure));
  for (const { call, p95 } of figures)
    if (p95 > limits.p95Ms) problems.push(`${call.procedure}, ${call.name}: ${p95.toFixed(0)} ms`);
}
