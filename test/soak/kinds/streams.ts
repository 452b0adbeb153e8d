import { setTimeout as pause } from 'node:timers/promises';
import { readServerSentEvents } from '#src/client/call/server-sent-events.ts';
import { RingbackError } from '#src/client/index.ts';
import { parseId } from '#src/domain/text/id.ts';
import { chanceOf } from '#test/soak/chance.ts';
import type { Findings } from '#test/soak/findings.ts';
import type { Ledger, ReadEvent, Reading } from '#test/soak/ledger.ts';
import type { AskedStack } from '#test/soak/soak-stack.ts';
import type { SoakTarget } from '#test/soak/soak-target.ts';
import { type LoadScene, type Play, patience, request, submitOne } from '#test/soak/submitting.ts';

/** The most streams whose events are read once more at the end. */
const mostReadAgain = 200;

/** Submits a job with a stream, and lets two readers read it meanwhile. */
export async function playStream(play: Play): Promise<void> {
  const { scene, tag } = play;
  const asked = {
    ...request(play, 'stream'),
    stream: true,
    retry: { '429,5xx': patience },
    connectionError: { retry: patience },
    onInterrupted: 'retry' as const,
  };
  const [id] = (await submitOne(play, asked, { patient: true })).ids;
  if (id === undefined) return;
  for (const reader of [0, 1]) {
    const reading: Reading = { tag, jobId: id, events: [], connections: 0, ended: false };
    scene.ledger.readings.push(reading);
    const done: Promise<void> = read(scene, reading, chanceOf(scene.seed, `${tag} reader ${reader}`))
      .catch((error) => void scene.ledger.wrong.push(`a reader of ${tag}: ${error}`))
      .finally(() => scene.ledger.reading.delete(done));
    scene.ledger.reading.add(done);
  }
}

type Where = Pick<LoadScene, 'url' | 'apiKey'>;

/** Reads a stream to its end. The reader leaves by itself now and then, and goes on after the last event that it has. */
async function read(where: Where, reading: Reading, number: number): Promise<void> {
  const untilLeaving = 3 + Math.floor(number * 12);
  while (!reading.ended) {
    reading.connections += 1;
    // Every second connection is read to its end.
    await connect(where, reading, reading.connections % 2 === 1 ? untilLeaving : Number.POSITIVE_INFINITY);
    if (!reading.ended) await pause(50 + number * 300);
  }
}

async function connect({ url, apiKey }: Where, reading: Reading, most: number): Promise<void> {
  const gone = new AbortController();
  const last = reading.events.at(-1)?.seq;
  try {
    const response = await fetch(`${url}/v1/jobs/${reading.jobId}/events`, {
      headers: { authorization: `Bearer ${apiKey}`, ...(last === undefined ? {} : { 'last-event-id': String(last) }) },
      signal: gone.signal,
    });
    if (!response.ok || response.body === null) {
      const { status } = response;
      await response.body?.cancel();
      if (status < 500 && status !== 429) throw new RingbackError('internal', `was answered ${status}`, { status });
      return;
    }
    let count = 0;
    for await (const { id, type, data } of readServerSentEvents(response.body)) {
      if (data === undefined) continue;
      if (id === undefined) reading.ended = type === 'ringback.end';
      else reading.events.push({ seq: Number(id), name: type, data });
      if (++count >= most) return;
    }
  } catch (error) {
    // The process that answers was killed, or has lost its database.
    if (error instanceof RingbackError) throw error;
  } finally {
    gone.abort();
  }
}

type StoredRow = { job_id: string; state: string; tag: string; events: ReadEvent[] | null };

const storedSql = `select j.id as job_id, j.state, r.tag,
    (select json_agg(json_build_object('seq', e.seq, 'name', coalesce(e.name, 'message'), 'data', e.data) order by e.seq)
     from job_event e join job_stream s on s.job_id = e.job_id where e.job_id = j.id and e.seq >= s.first_seq) as events
  from unnest($1::uuid[], $2::text[]) as r(id, tag) join job j on j.id = r.id`;

type Scene = { stack: AskedStack; ledger: Ledger; target: SoakTarget };

/** Compares what readers got with what is stored, and that with what the target sent. */
export async function checkStreams({ stack, ledger, target }: Scene): Promise<Findings> {
  const byJob = Map.groupBy(ledger.readings, ({ jobId }) => parseId('job', jobId) ?? '');
  const rows = await stack.query<StoredRow>(storedSql, [
    [...byJob.keys()],
    [...byJob.values()].map(([one]) => one?.tag ?? ''),
  ]);
  const wrong: string[] = [];
  const unlike: string[] = [];
  for (const { job_id, state, tag, events } of rows) {
    const stored = events ?? [];
    const why = wrongStream(stored, state, tag, target);
    if (why !== null) wrong.push(`${tag} ${state}: ${why}`);
    const readings = byJob.get(job_id) ?? [];
    for (const reading of readings) {
      const differs = wrongReading(reading, stored);
      if (differs !== null) unlike.push(`${tag} over ${reading.connections} connections: ${differs}`);
    }
  }
  for (const { job_id, tag, events } of rows.slice(-mostReadAgain)) {
    const [first] = byJob.get(job_id) ?? [];
    if (first === undefined) continue;
    const late: Reading = { ...first, events: [], connections: 0, ended: false };
    await connect({ url: stack.url, apiKey: stack.credentials.apiKey }, late, Number.POSITIVE_INFINITY);
    const differs = wrongReading(late, events ?? []);
    if (differs !== null) unlike.push(`${tag} read at the end: ${differs}`);
  }
  return { 'streams with wrong events': wrong, 'readers who did not get what is stored': unlike };
}

/** What the target says in an event. */
type Said = { tag: string; request: number; index: number };

/** Tells what is wrong with stored events: they must be all that one request was answered with, or its beginning. */
function wrongStream(stored: readonly ReadEvent[], state: string, tag: string, target: SoakTarget): string | null {
  const said = stored.map(({ data }) => JSON.parse(data) as Said);
  const request = said[0]?.request ?? 0;
  const [from] = stored;
  for (const [index, one] of said.entries()) {
    if (one.tag !== tag || one.request !== request || one.index !== index)
      return `event ${index} is ${JSON.stringify(one)}`;
    if (stored[index]?.seq !== (from?.seq ?? 0) + index) return `event ${index} has the number ${stored[index]?.seq}`;
  }
  const sent = target.streamed.get(`${tag} ${request}`) ?? 0;
  return state === 'completed' && said.length !== sent ? `${said.length} events of ${sent}` : null;
}

/** Tells what is wrong with what a reader got: after the last restart it must be exactly what is stored. */
function wrongReading({ events, ended }: Reading, stored: readonly ReadEvent[]): string | null {
  if (!ended) return 'it was not told of the end';
  for (const [index, { seq, name }] of events.entries()) {
    const before = events[index - 1];
    if (before === undefined) continue;
    if (seq <= before.seq) return `${seq} came after ${before.seq}`;
    if (seq !== before.seq + 1 && name !== 'ringback.restart') return `${seq} came right after ${before.seq}`;
  }
  const last = events.slice(events.findLastIndex(({ name }) => name === 'ringback.restart') + 1);
  const text = (all: readonly ReadEvent[]) => all.map(({ seq, name, data }) => `${seq} ${name} ${data}`);
  const [got, kept] = [text(last), text(stored)];
  const place = kept.findIndex((one, index) => one !== got[index]);
  if (place >= 0) return `the event ${kept[place]} came as ${got[place]}`;
  return got.length > kept.length ? `${got.length} events came of ${kept.length}` : null;
}
