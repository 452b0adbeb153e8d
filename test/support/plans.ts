import type pg from 'pg';
import { expect } from 'vitest';
import type { Db, Tx } from '#src/store/db/database.ts';

/**
 * Returns the plans of the statements that `act` runs. They are explained and not executed: each with a custom plan and,
 * if it has a name, with a generic plan.
 */
export async function plansOf(db: Db, act: (tx: Tx) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  const client = await db.pool.connect();
  const explain = async (name: string, text: string, values: unknown[] = []) => {
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await client.query(`set local plan_cache_mode = ${mode}`);
      const { rows } = await client.query({ name: `${mode}_${name}`, text: `explain ${text}`, values });
      plans.push(rows.map((row: pg.QueryResultRow) => row['QUERY PLAN'] as string).join('\n'));
    }
    return [];
  };
  const query = async (text: string, values: unknown[] = []) => {
    const { rows } = await client.query(`explain ${text}`, values);
    plans.push(rows.map((row: pg.QueryResultRow) => row['QUERY PLAN'] as string).join('\n'));
    return [];
  };
  await client.query('begin');
  try {
    await act({ run: explain, look: explain, send: explain, query } as unknown as Tx);
  } finally {
    await client.query('rollback');
    client.release();
  }
  expect(plans.length).toBeGreaterThan(0);
  return plans;
}
