import type { Db } from '#src/store/db/database.ts';

/**
 * Counts one more attempt for a key. Returns the number of attempts in the current window, and the seconds until it ends. This
 * is SQL because one statement counts and restarts the window, for all processes together.
 */
export async function countTry(
  db: Db,
  key: string,
  windowSeconds: number,
): Promise<{ count: number; secondsLeft: number }> {
  const rows = await db.run<{ count: number; seconds_left: number }>(
    'count_try',
    `insert into sign_in_limit as l (key, count, ends_at) values ($1, 1, now() + make_interval(secs => $2))
     on conflict (key) do update set
       count = case when l.ends_at <= now() then 1 else least(l.count + 1, 1000000) end,
       ends_at = case when l.ends_at <= now() then excluded.ends_at else l.ends_at end
     returning count, extract(epoch from ends_at - now())::float8 as seconds_left`,
    [key, windowSeconds],
  );
  return { count: rows[0]?.count ?? 1, secondsLeft: rows[0]?.seconds_left ?? windowSeconds };
}
