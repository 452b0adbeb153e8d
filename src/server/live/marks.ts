import { jobOf, type LiveTopic } from '#src/contract/live.ts';
import { type MarkRow, markWatched, type Watched } from '#src/store/watched.ts';

type Db = Parameters<typeof markWatched>[0];

/** How a project's topic stands: equal as long as nothing about it has changed. */
export type MarkOf = (projectId: string, topic: LiveTopic) => string;

/** An overview sums up these. */
const summedUp = ['jobs', 'deliveries', 'endpoints'] as const;

/** Looks how everything stands that anybody watches, by one query. */
export async function readMarks(db: Db, watching: Iterable<[projectId: string, topic: LiveTopic]>): Promise<MarkOf> {
  const rows = await markWatched(db, watchedOf(watching));
  const marks = new Map(rows.map(({ kind, id, mark }) => [`${kind} ${id}`, mark]));
  const one = (kind: MarkRow['kind'], id: string) => marks.get(`${kind} ${id}`) ?? '';
  return (projectId, topic) => {
    if (topic === 'overview') return summedUp.map((list) => one(list, projectId)).join(' ');
    const jobId = jobOf(topic);
    return jobId === null ? one(topic as MarkRow['kind'], projectId) : one('job', jobId);
  };
}

function watchedOf(watching: Iterable<[projectId: string, topic: LiveTopic]>): Watched {
  const jobs = new Map<string, string>();
  const lists = { jobs: new Set<string>(), deliveries: new Set<string>(), endpoints: new Set<string>() };
  const operations = new Set<string>();
  for (const [projectId, topic] of watching) {
    const jobId = jobOf(topic);
    if (jobId !== null) jobs.set(jobId, projectId);
    else if (topic === 'operations') operations.add(projectId);
    else
      for (const list of topic === 'overview' ? summedUp : [topic as (typeof summedUp)[number]])
        lists[list].add(projectId);
  }
  return {
    jobs: [...jobs].map(([id, projectId]) => ({ id, projectId })),
    jobLists: [...lists.jobs],
    deliveryLists: [...lists.deliveries],
    endpointLists: [...lists.endpoints],
    operationLists: [...operations],
  };
}
