import type { HeaderSpec } from '#src/contract/submit/submit-spec.ts';
import { type LimitSign, readLimitSign } from '#src/domain/decide/limit-sign.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { type CoolDown, coolDownAfter, type LimitSigns, withAnswers } from '#src/domain/flow/cool-down.ts';
import { urlOrigin } from '#src/domain/flow/url-origin.ts';
import { unpackPolicy } from '#src/domain/policy/stored-policy.ts';
import { realRequest } from '#src/engine/attempt/job-request.ts';
import type { Clock, Logs, Reads, Seals, UpstreamsInside, Wakes } from '#src/engine/deps.ts';
import { makeGroupCommit } from '#src/engine/pump/group-commit.ts';
import { sharingNext } from '#src/engine/pump/share-next.ts';
import { lentHeaders } from '#src/engine/upstream/lent-headers.ts';
import type { OutboundRequest } from '#src/outbound/request.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { ClaimedJob } from '#src/store/job/claim-jobs.ts';
import { type CredentialRow, findCredentials } from '#src/store/job/credential-rows.ts';
import { type CoolName, listCoolDowns, lockCoolDowns, updateCoolDowns } from '#src/store/line/cool-down-rows.ts';
import { coolNameOf, coolOrigin } from './cool-name.ts';
import { type FirstAnswers, makeFirstAnswers } from './first-answers.ts';

/** A job that may be held back. */
export type Target = { id: string; project_id: string; url: string };

/** The cool-downs as one worker knows them, at most about a second old. */
export type CoolDowns = {
  /** True if this worker knows of a cool-down at all. */
  readonly any: boolean;
  /** Reads what an attempt's outcome says of its target's limit. It never waits and never fails. */
  note(job: ClaimedJob, request: OutboundRequest, outcome: Outcome): void;
  /**
   * Returns the cool-downs of jobs, by the ids of the jobs. Only jobs whose origin has a cool-down are read; without any
   * there is no query.
   */
  find(tx: Tx, jobs: readonly Target[]): Promise<Map<string, CoolName>>;
  /** Reads the cool-downs from the database. Calls during a read share the next one, however many there are. */
  refresh(): Promise<void>;
};

/**
 * A sign, with the answers that this worker adds to those of the others, and the time when it came, by `performance.now`.
 * `sign` is null if only answers are told.
 */
type Noted = { name: CoolName; sign: LimitSign | null; answered: number; atMs: number; tookMs: number };

/** Makes the cool-downs of a worker. */
export function makeCoolDowns(deps: Reads & Seals & UpstreamsInside & Wakes & Clock & Logs): CoolDowns {
  /** The ends of cool-downs by their ids, by project and origin. Times are those of `performance.now`. */
  const known = new Map<string, Map<string, number>>();
  const learn = (name: { id: string; projectId: string; key: string }, endsAt: number) => {
    const key = `${name.projectId} ${coolOrigin(name)}`;
    const ids = known.get(key) ?? new Map<string, number>();
    known.set(key, ids.set(name.id, endsAt));
  };
  const commits = makeGroupCommit<Noted, undefined>({
    name: 'cool-downs',
    async commit(noted) {
      for (const { name, endsInMs } of await deps.db.transaction((tx) => writeNoted(tx, noted)))
        learn(name, performance.now() + endsInMs);
      deps.notify('cooldown');
      return noted.map(() => undefined);
    },
    bytesOf: () => 1_000,
    onUnstorable: (_noted, error) => Promise.reject(error),
    giveUpAfterMs: 5_000,
  });
  const add = (noted: Noted) => {
    commits.add(noted).catch((err: unknown) => deps.log.warn({ err }, 'a cool-down could not be stored'));
  };
  const first = makeFirstAnswers();
  const idsOf = (job: Target) => known.get(keyOf(job));
  return {
    get any() {
      return known.size > 0;
    },
    note(job, request, outcome) {
      try {
        const noted = readNoted(job, request, outcome, { ...deps, first });
        if (noted !== null) add(noted);
      } catch (err) {
        deps.log.warn({ err }, 'a rate limit could not be read');
      }
    },
    async find(tx, jobs) {
      const found = new Map<string, CoolName>();
      if (known.size === 0) return found;
      const cooling = new Map(jobs.filter(idsOf).map((job) => [job.id, job]));
      if (cooling.size === 0) return found;
      for (const row of await findCredentials(tx, [...cooling.keys()])) {
        const job = cooling.get(row.id);
        const lent = job && row.upstream_id !== null ? await lentTo(tx, job, row.upstream_id, deps) : [];
        const name = job && nameOf(job, row, lent, deps);
        if (job && name && (idsOf(job)?.get(name.id) ?? 0) > performance.now()) found.set(job.id, name);
      }
      return found;
    },
    refresh: sharingNext(async () => {
      const rows = await listCoolDowns(deps.db);
      const now = performance.now();
      // What was learned while the rows were read stays until its end.
      for (const [key, ids] of known) {
        for (const [id, endsAt] of ids) if (endsAt <= now) ids.delete(id);
        if (ids.size === 0) known.delete(key);
      }
      for (const { id, project_id: projectId, key, cool_down: coolDown, now_ms: nowMs } of rows) {
        const name = { id, projectId, kind: 'cooldown' as const, key };
        learn(name, now + coolDown.endsAtMs - nowMs);
        const answered = first.hear({ id, key: `${projectId} ${coolOrigin(name)}`, coolDown, nowMs });
        if (answered > 0) add({ name, sign: null, answered, atMs: now, tookMs: 0 });
      }
      first.forget(new Set(rows.map(({ id }) => id)));
    }),
  };
}

function keyOf({ project_id, url }: Pick<Target, 'project_id' | 'url'>): string {
  return `${project_id} ${urlOrigin(url)}`;
}

/** Returns what an attempt's outcome says, and counts it; null if it says nothing. */
function readNoted(
  job: ClaimedJob,
  request: OutboundRequest,
  outcome: Outcome,
  deps: Seals & Clock & { first: FirstAnswers },
): Noted | null {
  const { first } = deps;
  const key = keyOf(job);
  const isAnswer = outcome.kind === 'response' && outcome.status < 400;
  if (isAnswer) first.count(key);
  const sign = readSign(job, request, outcome, deps);
  const atMs = performance.now();
  const tookMs = outcome.kind === 'response' ? outcome.timings.totalMs : 0;
  const sentAtMs = atMs - tookMs;
  if (sign === null && !(isAnswer && first.mayTell(key, sentAtMs))) return null;
  const name = nameOfSent(job, request, deps);
  const answered = first.toTell({ id: name.id, key, sign, isAnswer, sentAtMs, atMs });
  return sign === null && answered === 0 ? null : { name, sign, answered, atMs, tookMs };
}

/** Returns the headers of a job's upstream; none if an attempt would not get them: then it says why. */
async function lentTo(
  tx: Tx,
  job: Target,
  upstreamId: string,
  deps: Seals & UpstreamsInside,
): Promise<readonly HeaderSpec[]> {
  const asked = { ...job, upstream_id: upstreamId, options: {} };
  const lent = await lentHeaders(asked, deps.upstreams.inside(tx), deps).catch(() => '');
  return typeof lent === 'string' ? [] : lent.headers;
}

/** Returns the name of a job's cool-down; null if its secrets cannot be opened here: then the attempt says so. */
function nameOf(job: Target, row: CredentialRow, lent: readonly HeaderSpec[], deps: Seals & Logs): CoolName | null {
  try {
    const { url, headers } = realRequest(row, deps, lent);
    return coolNameOf(job.project_id, { url, headers, secretParameters: row.options.redact.query }, deps);
  } catch {
    return null;
  }
}

/** Returns what an outcome says of the limit; null if it says nothing, or if the answer is that of another origin. */
function readSign(job: ClaimedJob, request: OutboundRequest, outcome: Outcome, deps: Clock): LimitSign | null {
  const sign = readLimitSign(unpackPolicy(job.options.policy), outcome, deps.now());
  if (sign === null || outcome.kind !== 'response') return null;
  const last = outcome.redirects.at(-1);
  return last && urlOrigin(last.to) !== urlOrigin(request.url) ? null : sign;
}

function nameOfSent(job: ClaimedJob, { url, headers }: OutboundRequest, deps: Seals): CoolName {
  return coolNameOf(job.project_id, { url, headers, secretParameters: job.options.redact.query }, deps);
}

async function writeNoted(tx: Tx, noted: readonly Noted[]): Promise<{ name: CoolName; endsInMs: number }[]> {
  const byId = Map.groupBy(noted, ({ name }) => name.id);
  const names = [...byId.values()].flatMap(([first]) => (first ? [first.name] : []));
  const rows = await lockCoolDowns(tx, names);
  const updates = rows.flatMap((row) => {
    const told = (byId.get(row.id) ?? []).map((one) => uncounted(one, row.cool_down));
    const coolDown = afterNoted(stillLasting(row.cool_down, row.now_ms), told, row.now_ms);
    if (coolDown === null) return [];
    return [{ id: row.id, coolDown, nextStartAtMs: row.next_start_at_ms, endsInMs: coolDown.endsAtMs - row.now_ms }];
  });
  await updateCoolDowns(tx, updates);
  return updates.flatMap(
    ({ id, endsInMs }) =>
      byId
        .get(id)
        ?.slice(0, 1)
        .map(({ name }) => ({ name, endsInMs })) ?? [],
  );
}

/** The cool-downs as they were when signs were sent to the database: the answer to a commit may have been lost. */
const triedOn = new WeakMap<Noted, string>();

/**
 * Returns a sign without what may have been counted. One that was sent before, and whose cool-down has changed since,
 * keeps its pause and its limit; its refusal and its answers are not counted again.
 */
function uncounted(one: Noted, coolDown: CoolDown | null): Noted {
  const now = JSON.stringify(coolDown);
  const before = triedOn.get(one) ?? now;
  triedOn.set(one, before);
  return before === now ? one : { ...one, answered: 0, sign: one.sign && { ...one.sign, refused: false } };
}

function stillLasting(coolDown: CoolDown | null, nowMs: number): CoolDown | null {
  return coolDown !== null && coolDown.endsAtMs > nowMs ? coolDown : null;
}

function afterNoted(before: CoolDown | null, noted: readonly Noted[], nowMs: number): CoolDown | null {
  const signed = noted.flatMap((one) => (one.sign === null ? [] : [{ ...one, sign: one.sign }]));
  const alone = noted.reduce((sum, { sign, answered }) => sum + (sign === null ? answered : 0), 0);
  const after = signed.length === 0 ? before : coolDownAfter(before, together(signed), nowMs);
  return after === null || alone === 0 ? after : withAnswers(after, alone);
}

/** Joins signs that came a moment ago. The wait counts from when each came. */
function together(noted: readonly (Noted & { sign: LimitSign })[]): LimitSigns {
  const limits = noted.flatMap(({ sign }) => sign.limit ?? []);
  const now = performance.now();
  return {
    waitMs: Math.max(...noted.map(({ sign, atMs }) => sign.waitMs - (now - atMs))),
    limit: limits.length === 0 ? null : Math.min(...limits),
    refusals: noted.filter(({ sign }) => sign.refused).length,
    sentMsAgo: Math.min(...noted.map(({ atMs, tookMs }) => now - atMs + tookMs)),
    answered: noted.reduce((sum, one) => sum + one.answered, 0),
  };
}
