import type { Tx } from '#src/store/db/database.ts';

/** Returns the name of a project, for messages. */
export async function findProjectName(tx: Tx, projectId: string): Promise<string> {
  const rows = await tx.run<{ name: string }>('find_project_name', 'select name from project where id = $1', [
    projectId,
  ]);
  return rows[0]?.name ?? '';
}
