import { type EventFunction, type EventRuns, makeEventRuns, newEventId } from '#src/client/event/event-runs.ts';
import { notOffered, refuseOthers } from '#src/client/event/not-offered.ts';
import type { ServedIo } from '#src/client/index.ts';
import { makeTriggerIo } from './trigger-io.ts';
import type {
  SendEvent,
  TriggerClientOptions,
  TriggerContext,
  TriggerEvent,
  TriggerJob,
  TriggerJobOptions,
} from './trigger-types.ts';

/** An event as it is stored, with its time as text. */
type StoredEvent = { id: string; name: string; payload: unknown; context: unknown; timestamp?: string };

const jobFields = ['id', 'name', 'version', 'trigger', 'enabled', 'logLevel', 'run'];
const insteadOfJobFields = {
  integrations: 'call the API with `io.backgroundFetch`, or its SDK inside `io.runTask`.',
  concurrencyLimit: 'set a flow in Ringback.',
  onSuccess: 'do it at the end of `run`.',
  onFailure: 'catch the error in `run`.',
};

/** The client of Trigger.dev version 2, whose jobs run in a route of your app by Ringback. */
export class TriggerClient {
  readonly id: string;
  readonly #events: EventRuns;
  readonly #jobs = new Map<string, EventFunction>();

  constructor(options: TriggerClientOptions) {
    const { id, apiKey, apiUrl, appUrl, route = '/api/trigger', fetch } = options;
    this.id = id;
    this.#events = makeEventRuns({ app: id, url: apiUrl, apiKey, appUrl, route, fetch });
  }

  /** Defines a job. It runs in the route made with `createAppRoute`, which must import the file that defines it. */
  defineJob<Payload, Result>(options: TriggerJobOptions<Payload, Result>): TriggerJob {
    refuseOthers(options, jobFields, insteadOfJobFields, 'defineJob');
    const { id, name, version, trigger, enabled = true, run } = options;
    const hears = (event: string) => enabled && trigger.names.includes(event);
    const handler = ({ payload, timestamp, ...event }: StoredEvent, io: ServedIo) => {
      const ctx: TriggerContext = {
        run: { id: io.runId },
        job: { id, name, version },
        event: { ...event, timestamp: timestamp === undefined ? null : new Date(timestamp) },
      };
      return run(
        trigger.read(payload),
        makeTriggerIo(io, (sent) => this.sendEvent(sent)),
        ctx,
      );
    };
    this.#jobs.set(id, this.#events.listen({ id, hears }, handler));
    return { id, name, version };
  }

  /**
   * Sends an event, which starts a run of each job that listens for it. The same id again leads to the same runs; with
   * other contents it is refused with `idempotency_conflict`.
   */
  async sendEvent(event: SendEvent, options: object = {}): Promise<TriggerEvent> {
    if (Object.keys(options).length > 0) {
      notOffered('The second argument of sendEvent', 'for a later start, begin the job with `io.wait`.');
    }
    const { id = newEventId(), name, payload = null, context = null } = event;
    // An event with an id of its own gets no time, because the same event again must have the same contents.
    const timestamp = event.timestamp ?? (event.id === undefined ? new Date() : undefined);
    const stored = { id, name, payload, context, ...(timestamp && { timestamp: timestamp.toISOString() }) };
    const run = await this.#events.send(stored);
    return { id, name, payload, context, timestamp: timestamp ?? new Date(run.createdAt), runId: run.id };
  }

  /** Sends several events. */
  sendEvents(events: readonly SendEvent[]): Promise<TriggerEvent[]> {
    return Promise.all(events.map((event) => this.sendEvent(event)));
  }

  /** Returns the function of the route. See `createAppRoute`. */
  toRoute(): (request: Request) => Promise<Response> {
    return this.#events.route(() => this.#jobs.values());
  }
}
