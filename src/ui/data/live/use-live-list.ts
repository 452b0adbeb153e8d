'use client';

import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { idAbove } from './id-above.ts';
import { countNewer, mergePage } from './merge-page.ts';
import { stillPage, useLivePage } from './use-live-page.ts';

/** Poll interval of a list without the stream of changes. */
const pollMs = 3_000;

type Page = { nextCursor: string | null; searchedTo: string | null };
type Asked = { cursor?: string | undefined; before?: string | undefined };
type Refetch = (options?: { cancelRefetch: false }) => unknown;

/** What the hook needs of a query's result. */
type Result<Answer, Problem> = {
  data: Answer | undefined;
  error: Problem | null;
  isSuccess: boolean;
  isPending: boolean;
  isPlaceholderData: boolean;
  isRefetching: boolean;
  refetch: Refetch;
};

/** The options that the hook hands to its queries. */
export type LiveOptions<Answer> =
  | (typeof stillPage & { refetchInterval: (query: { state: { data: Answer | undefined } }) => number | false })
  | ReturnType<typeof useLivePage>['query'];

/**
 * Loads a page of a list that is live but does not move. The page is loaded once. Then the same range of ids is requested
 * again and again, and on the newest page also the number of newer rows. `reload` loads the page again. While the list is
 * `held` because rows are selected, nothing is requested. `useList` is the hook that asks for a page.
 */
export function useLiveList<Input extends Asked, Answer extends Page, Row extends { id: string }, Problem>(
  topic: LiveTopic,
  input: Input,
  useList: (input: Input, options: LiveOptions<Answer>) => Result<Answer, Problem>,
  rowsOf: (answer: Answer) => readonly Row[],
  held = false,
) {
  const page = useList(input, {
    ...stillPage,
    // An empty list updates itself, because it has no rows that could jump.
    refetchInterval: ({ state: { data } }) => (data && rowsOf(data).length === 0 && !data.searchedTo ? pollMs : false),
  });
  const loaded = page.data ? rowsOf(page.data) : [];
  const newest = loaded[0];
  const isFirst = input.cursor === undefined && input.before === undefined;
  const { settled, query } = useLivePage(topic, page, { isEmpty: newest === undefined, pollMs, held }, (options) => {
    void fresh.refetch(options);
    if (isFirst) void newer.refetch(options);
  });
  const fresh = useList(newest && isFirst ? { ...input, cursor: idAbove(newest.id) } : input, query);
  const newer = useList(input, { ...query, enabled: query.enabled && isFirst });
  const settledRows = (answer: Answer | undefined) => (settled && answer ? rowsOf(answer) : undefined);
  const merged = mergePage(loaded, settledRows(fresh.data));
  const after = countNewer(loaded, isFirst ? settledRows(newer.data) : undefined);
  return {
    kept: merged.kept,
    leftCount: merged.leftCount,
    newCount: after.count + merged.cameBetween,
    /** True if there may be more new rows than were counted. */
    newCapped: after.capped,
    answer: page.isPlaceholderData ? null : (page.data ?? null),
    nextCursor: page.isPlaceholderData ? null : (page.data?.nextCursor ?? null),
    searchedTo: page.data?.searchedTo ?? null,
    isPending: page.isPending,
    isStale: page.isPlaceholderData,
    isReloading: page.isRefetching,
    error: page.data ? null : page.error,
    reload: () => void page.refetch(),
  };
}
