import { afterAll, beforeAll, expect, it } from 'vitest';
import { quotasCommand } from '#src/cli/quota/quotas-command.ts';
import type { QuotasView } from '#src/contract/project/quotas.ts';
import type { Overview } from '#src/contract/stats/stats.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const token = 'metrics-of-the-quotas-of-a-project';
let ringback: TestRingback;
beforeAll(async () => {
  const env = { RINGBACK_METRICS_TOKEN: token, RINGBACK_QUOTAS_SET_BY: 'operator' };
  ringback = await startRingback({ worker: false, env });
});
afterAll(() => ringback.close());

/** Runs `ringback quotas` for the project, and returns what it says. */
async function command(options: object): Promise<string[]> {
  const said: string[] = [];
  const [key] = ringback.config.encryptionKeys;
  const environment = {
    DATABASE_URL: ringback.databaseUrl,
    RINGBACK_ENCRYPTION_KEYS: `${key?.id}:${Buffer.from(key?.key ?? []).toString('base64')}`,
  };
  await quotasCommand(environment, { project: ringback.credentials.projectId, options }, (line) => said.push(line));
  return said;
}

const submit = () => ringback.call('jobs.submit', { url: 'https://example.com/', delaySeconds: 3_600 });

it('where the operator sets quotas, nobody else does, and the command shows where they stand', async () => {
  const refused = await ringback.call('settings.setQuotas', { openJobs: 5 });
  expect(refused.status).toBe(403);
  expect(refused.body.error.data.code).toBe('operator_only');
  expect(await command({ openJobs: '10', jobsPerDay: '1000' })).toEqual([
    expect.stringContaining(ringback.credentials.projectId),
    '  open jobs     0 of 10',
    '  jobs an hour  0, no limit',
    '  jobs a day    0 of 1,000',
    '  stored bytes  not measured, no limit',
  ]);
  const { body } = await ringback.call<QuotasView>('settings.quotas', undefined, { query: true });
  expect(body.result.data).toMatchObject({
    setBy: 'operator',
    quotas: [{ name: 'openJobs', limit: 10, used: 0 }, {}, {}, {}],
  });
});

it('the command refuses what is no number, by the name of the option, and what is no project', async () => {
  await expect(command({ jobsPerHour: 'many' })).rejects.toThrow(
    '--jobs-per-hour must be a whole number from 1 on, or "none", not "many".',
  );
  await expect(
    quotasCommand({ DATABASE_URL: ringback.databaseUrl }, { project: 'nobody', options: {} }, () => {}),
  ).rejects.toThrow('There is no project "nobody".');
});

it('from nine tenths on the overview warns, and metrics tell the limit and the use', async () => {
  await command({ openJobs: '10', jobsPerDay: 'none' });
  const alerts = async () =>
    (await ringback.call<Overview>('stats.overview', { range: '1h' }, { query: true })).body.result.data.alerts.filter(
      ({ kind }) => kind === 'quota_near',
    );
  for (let n = 0; n < 8; n++) await submit();
  expect(await alerts()).toEqual([]);
  await submit();
  const near = { kind: 'quota_near', quota: 'openJobs', used: 9, limit: 10, resetsAt: null };
  expect(await alerts()).toEqual([near]);
  await submit();
  expect((await submit()).status).toBe(429);
  expect(await alerts()).toEqual([{ ...near, used: 10 }]);
  const metrics = await ringback.rest('GET', '/metrics', { headers: { authorization: `Bearer ${token}` } });
  const text = await metrics.text();
  const labels = `{project="${ringback.credentials.projectId}",quota="open_jobs"}`;
  expect(text).toContain(`ringback_quota_limit${labels} 10\n`);
  expect(text).toContain(`ringback_quota_used${labels} 10\n`);
  expect(text).not.toContain('quota="jobs_per_day"');
});
