import { jobOf, type LiveTopic } from '#src/contract/live/live-topics.ts';
import { type MarkRow, markWatched, type Watched } from '#src/store/dashboard/watched.ts';

type Db = Parameters<typeof markWatched>[0];

/** Returns the mark of a project's topic. The mark stays equal until something in the topic changes. */
export type MarkOf = (projectId: string, topic: LiveTopic) => string;

/** The lists that an overview sums up. */
const summedUp = ['jobs', 'deliveries', 'endpoints'] as const;

/** Reads the marks of all watched topics with one query. */
export async function readMarks(db: Db, watching: Iterable<[projectId: string, topic: LiveTopic]>): Promise<MarkOf> {
  const rows = await markWatched(db, watchedOf(watching));
  const marks = new Map(rows.map((row) => [markKey(row), row.mark]));
  const one = (kind: MarkRow['kind'], project: string, id: string | null = null) =>
    marks.get(markKey({ kind, project, id })) ?? '';
  return (projectId, topic) => {
    if (topic === 'overview') return summedUp.map((list) => one(list, projectId)).join(' ');
    const jobId = jobOf(topic);
    return jobId === null ? one(topic as MarkRow['kind'], projectId) : one('job', projectId, jobId);
  };
}

function markKey({ kind, project, id }: Pick<MarkRow, 'kind' | 'project' | 'id'>): string {
  return `${kind} ${project} ${id ?? ''}`;
}

function watchedOf(watching: Iterable<[projectId: string, topic: LiveTopic]>): Watched {
  // A caller may name a job of another project. The key therefore holds the project too: that caller must not see the
  // job, and must not hide it from the right project.
  const jobs = new Map<string, Watched['jobs'][number]>();
  const lists = { jobs: new Set<string>(), deliveries: new Set<string>(), endpoints: new Set<string>() };
  const operations = new Set<string>();
  for (const [projectId, topic] of watching) {
    const jobId = jobOf(topic);
    if (jobId !== null) jobs.set(`${projectId} ${jobId}`, { id: jobId, projectId });
    else if (topic === 'operations') operations.add(projectId);
    else
      for (const list of topic === 'overview' ? summedUp : [topic as (typeof summedUp)[number]])
        lists[list].add(projectId);
  }
  return {
    jobs: [...jobs.values()],
    jobLists: [...lists.jobs],
    deliveryLists: [...lists.deliveries],
    endpointLists: [...lists.endpoints],
    operationLists: [...operations],
  };
}
