import { jobWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';

/**
 * Makes a waiting job due now. Returns false if it does not wait, or is due and in a line, whose limits hold for it too.
 * The caller makes its message.
 */
export async function hurryJob(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.run<{ id: string }>(
    'hurry_job',
    `update job set next_attempt_at = now(), admitted_at = now() where id = $1 and line_id is null and ${jobWaits()} returning id`,
    [id],
  );
  return rows.length > 0;
}
