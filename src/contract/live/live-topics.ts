import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import { parseId } from '#src/domain/text/id.ts';

/** Topics of a project that a live stream can report changes of: its lists, and `overview`, which sums them up. */
export const liveLists = ['jobs', 'deliveries', 'endpoints', 'operations', 'runs', 'overview'] as const;

/** A topic: a list of the project, one job as `job:job_…`, or one run as `run:run_…`. */
export type LiveTopic = (typeof liveLists)[number] | `${(typeof oneKinds)[number]}:${string}`;

const oneKinds = ['job', 'run'] as const;

/** Data of `hello`, the first event of a stream. A client changes the stream's topics by this id. */
export type LiveHello = { id: string };

/** Data of `change`: something about the topic has changed. The client must ask for the new state. */
export type LiveChange = { topic: LiveTopic };

/** Data of `end`, the last event of a stream. The client must not open the same stream again. */
export type LiveEnd = { code: string; message: string };

/** Reads topics from a request. Throws a Refusal for an unknown topic and for too many topics. */
export function parseTopics(raw: unknown): Set<LiveTopic> {
  if (!Array.isArray(raw)) throw new Refusal('invalid_input', 'topics must be a list of topics', 'topics');
  const topics = new Set(raw.map(parseTopic));
  if (topics.size > readLimits.liveTopics) {
    throw new Refusal(
      'invalid_input',
      `at most ${readLimits.liveTopics} topics can be followed at once, not ${topics.size}`,
      'topics',
    );
  }
  return topics;
}

function parseTopic(raw: unknown): LiveTopic {
  if (typeof raw === 'string' && (liveLists.includes(raw as (typeof liveLists)[number]) || oneOf(raw) !== null)) {
    return raw as LiveTopic;
  }
  const shown = typeof raw === 'string' ? raw.slice(0, 50) : typeof raw;
  throw new Refusal(
    'invalid_input',
    `a topic is ${liveLists.join(', ')}, job:<id> or run:<id>, not ${shown}`,
    'topics',
  );
}

/** Returns the job or the run that a topic is about, by its UUID, or null for a list. */
export function oneOf(topic: string): { kind: (typeof oneKinds)[number]; id: string } | null {
  const kind = oneKinds.find((one) => topic.startsWith(`${one}:`));
  if (kind === undefined) return null;
  const id = parseId(kind, topic.slice(kind.length + 1));
  return id === null ? null : { kind, id };
}
