import { type LiveTopic, oneOf } from '#src/contract/live/live-topics.ts';
import { type MarkRow, markWatched, type Watched, type WatchedOne } from '#src/store/dashboard/watched.ts';

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
    const named = oneOf(topic);
    return named === null ? one(topic as MarkRow['kind'], projectId) : one(named.kind, projectId, named.id);
  };
}

function markKey({ kind, project, id }: Pick<MarkRow, 'kind' | 'project' | 'id'>): string {
  return `${kind} ${project} ${id ?? ''}`;
}

function watchedOf(watching: Iterable<[projectId: string, topic: LiveTopic]>): Watched {
  // A caller may name a job of another project. The key therefore holds the project too: that caller must not see the
  // job, and must not hide it from the right project.
  const ones = { job: new Map<string, WatchedOne>(), run: new Map<string, WatchedOne>() };
  const lists = new Map<string, Set<string>>();
  const inList = (list: string) => [...(lists.get(list) ?? [])];
  for (const [projectId, topic] of watching) {
    const named = oneOf(topic);
    if (named !== null) ones[named.kind].set(`${projectId} ${named.id}`, { id: named.id, projectId });
    else
      for (const list of topic === 'overview' ? summedUp : [topic])
        lists.set(list, (lists.get(list) ?? new Set()).add(projectId));
  }
  return {
    jobs: [...ones.job.values()],
    runs: [...ones.run.values()],
    jobLists: inList('jobs'),
    deliveryLists: inList('deliveries'),
    endpointLists: inList('endpoints'),
    operationLists: inList('operations'),
    runLists: inList('runs'),
  };
}
