import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from './stack.ts';
import { sql } from './throughput.ts';

/** Loads pg_stat_statements, for which the server is started anew: it is supervised. */
export async function loadStatistics(stack: Pick<Stack, 'databaseUrl' | 'pids'>): Promise<void> {
  await sql(stack.databaseUrl, `alter system set shared_preload_libraries = 'pg_stat_statements'`);
  process.kill(stack.pids.postgres ?? 0, 'SIGINT');
  for (;;) {
    const [row] = await sql<{ loaded: string }>(
      stack.databaseUrl,
      `select current_setting('shared_preload_libraries') as loaded`,
    ).catch(() => []);
    if (row?.loaded === 'pg_stat_statements') break;
    await pause(100);
  }
  await sql(stack.databaseUrl, 'create extension pg_stat_statements');
}
