import type { JobState } from '#src/domain/decide/job-state.ts';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { limitHeader } from '#src/domain/upstream/limit-headers.ts';
import type { Runner } from './upstream-rows.ts';

/** A range of time in the use of an upstream. Only its newest `most` jobs from `firstId` up to `endId` are looked at. */
export type UsageWindow = {
  upstreamId: string;
  firstId: string;
  fromId: string;
  endId: string;
  stepMs: number;
  most: number;
};

/**
 * Jobs of an upstream in one state, that ended in one step, and the tokens of their model calls. `calls` have told their
 * tokens.
 */
export type UsageRow = {
  state: JobState;
  /** True: the jobs have ids from `fromId` on. */
  in_range: boolean;
  /** Number of the step in which they ended, from the start of 1970 on; null: they have not. */
  step: number | null;
  jobs: number;
  calls: number;
  input_tokens: number;
  output_tokens: number;
};

const stepOf = 'floor(extract(epoch from ended_at) * 1000 / $4)::float8';

/** Counts the newest jobs of an upstream by their states and the steps of time in which they ended. */
export function countUsage(runner: Runner, window: UsageWindow): Promise<UsageRow[]> {
  const { upstreamId, firstId, fromId, endId, stepMs, most } = window;
  // The tokens of a job are looked up by its id: only jobs of a gateway have any.
  return runner.run<UsageRow>(
    'count_upstream_usage',
    `select newest.state, newest.id >= $5 as in_range, ${stepOf} as step, count(*)::int as jobs,
       count(coalesce(call.input_tokens, call.output_tokens))::int as calls,
       coalesce(sum(call.input_tokens), 0)::float8 as input_tokens,
       coalesce(sum(call.output_tokens), 0)::float8 as output_tokens
     from (select id, state, gateway, ended_at from job where upstream_id = $1 and id >= $2 and id < $6 order by id desc limit $3) newest
     left join lateral (
       select c.input_tokens, c.output_tokens from model_call c where newest.gateway is not null and c.job_id = newest.id offset 0
     ) call on true
     group by 1, 2, 3`,
    [upstreamId, firstId, most, stepMs, fromId, endId],
  );
}

/** Headers of rate limits in an answer that a job got. */
export type LimitRow = { job_id: string; at: Date; headers: HeaderList };

/** Jobs of each step whose answers are read, and retrying jobs whose answers are. */
const answersPerStep = 5;
const retryingAnswers = 30;

/**
 * Returns the headers of rate limits in the last answers of some of the newest jobs, oldest first: of the last jobs that
 * ended in each step, and of the newest that are being retried.
 */
export function findLimitHeaders(
  runner: Runner,
  window: UsageWindow & { endedFrom: Date; endedTo: Date },
): Promise<LimitRow[]> {
  const { upstreamId, firstId, endId, stepMs, most, endedFrom, endedTo } = window;
  return runner.run<LimitRow>(
    'find_limit_headers',
    `with newest as materialized (
       select id, state, ended_at, attempt_count from job where upstream_id = $1 and id >= $2 and id < $7 order by id desc limit $3
     ), chosen as (
       select id from (
         select id, row_number() over (partition by ${stepOf} order by ended_at desc) as place from newest
         where ended_at >= $5 and ended_at < $8 and attempt_count > 0
       ) ended where place <= ${answersPerStep}
       union all (select id from newest where state = 'retrying' order by id desc limit ${retryingAnswers})
     )
     select chosen.id as job_id, answer.ended_at as at, told.headers
     from chosen
     cross join lateral (
       select a.ended_at, a.headers from attempt a where a.owner_id = chosen.id and a.headers is not null order by a.n desc limit 1
     ) answer
     cross join lateral (
       select json_agg(h) as headers from json_array_elements(answer.headers) h where h->>0 ~ $6
     ) told
     where told.headers is not null and answer.ended_at >= $5 and answer.ended_at < $8
     order by answer.ended_at`,
    [upstreamId, firstId, most, stepMs, endedFrom, limitHeader.source, endId, endedTo],
  );
}
