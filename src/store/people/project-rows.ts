import type { Runner } from '#src/store/db/database.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import type { Project } from '#src/store/generated/client.ts';

export type ProjectRow = Pick<Project, 'id' | 'name' | 'createdAt'>;

const select = { id: true, name: true, createdAt: true } as const;

export function findProject({ prisma }: Runner, id: string): Promise<ProjectRow | null> {
  return prisma.project.findUnique({ where: { id }, select });
}

/** Returns the first project, which the first start made. */
export function findFirstProject({ prisma }: Runner): Promise<ProjectRow | null> {
  return prisma.project.findFirst({ orderBy: { id: 'asc' }, select });
}

/**
 * Locks a project. Rotations of its own secrets and changes to its members wait for this lock. Returns false when there
 * is no such project. This is SQL because of its lock.
 */
export async function lockProject(tx: Pick<Runner, 'run'>, projectId: string): Promise<boolean> {
  const rows = await tx.run('lock_project', 'select id from project where id = $1 for no key update', [projectId]);
  return rows.length > 0;
}

export async function insertProject(tx: Runner, project: { id: string; name: string }): Promise<ProjectRow> {
  return tx.prisma.project.create({ data: { ...project, createdAt: await databaseNow(tx) }, select });
}

/** Renames a project. Returns undefined when there is no such project. */
export async function renameProject({ prisma }: Runner, id: string, name: string): Promise<ProjectRow | undefined> {
  return (await prisma.project.updateManyAndReturn({ where: { id }, data: { name }, select }))[0];
}
