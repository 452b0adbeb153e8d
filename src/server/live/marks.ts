import { jobOf, type LiveTopic } from '#src/contract/live/live-topics.ts';
import { type MarkRow, markWatched, type Watched } from '#src/store/dashboard/watched.ts';

type Db = Parameters<typeof markWatched>[0];

/** How a project's topic stands: equal as long as nothing about it has changed. */
export type MarkOf = (projectId: string, topic: LiveTopic) => string;

/** An overview sums up these. */
const summedUp = ['jobs', 'deliveries', 'endpoints'] as const;

/** Looks how everything stands that anybody watches, by one query. */
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
  // Anybody may name a job of another project: it must neither hide that job from who may see it, nor show it.
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
