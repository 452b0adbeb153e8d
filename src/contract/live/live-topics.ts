import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import { parseId } from '#src/domain/text/id.ts';

/** What of a project one can be told about: its lists, or what one overview sums up. */
export const liveLists = ['jobs', 'deliveries', 'endpoints', 'operations', 'overview'] as const;

/** A list of the project, or one job: `job:job_…`. */
export type LiveTopic = (typeof liveLists)[number] | `job:${string}`;

/** The first event of a stream, `hello`: the id to change its topics by. */
export type LiveHello = { id: string };

/** An event `change`: something about the topic is not as it was. What it is now is to be asked for. */
export type LiveChange = { topic: LiveTopic };

/** The last event of a stream that is not to be opened again as it was, `end`. */
export type LiveEnd = { code: string; message: string };

/** Reads topics as they come over the wire; refuses what is none, and too many. */
export function parseTopics(raw: unknown): Set<LiveTopic> {
  if (!Array.isArray(raw)) throw new Refusal('invalid_input', 'topics must be a list of topics', 'topics');
  const topics = new Set(raw.map(parseTopic));
  if (topics.size > readLimits.liveTopics) {
    throw new Refusal('invalid_input', `topics may be ${readLimits.liveTopics}, these are ${topics.size}`, 'topics');
  }
  return topics;
}

function parseTopic(raw: unknown): LiveTopic {
  if (typeof raw === 'string' && (liveLists.includes(raw as (typeof liveLists)[number]) || jobOf(raw) !== null)) {
    return raw as LiveTopic;
  }
  const shown = typeof raw === 'string' ? raw.slice(0, 50) : typeof raw;
  throw new Refusal('invalid_input', `a topic is ${liveLists.join(', ')} or job:<id>, not ${shown}`, 'topics');
}

/** The UUID of the job that a topic is about, null for all other topics. */
export function jobOf(topic: string): string | null {
  return topic.startsWith('job:') ? parseId('job', topic.slice('job:'.length)) : null;
}
