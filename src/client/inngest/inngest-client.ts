import { type EventRuns, makeEventRuns, newEventId } from '#src/client/event/event-runs.ts';
import { notOffered } from '#src/client/event/not-offered.ts';
import type { ServedIo } from '#src/client/index.ts';
import { asFunction } from './inngest-fetch.ts';
import { flowOf } from './inngest-flow.ts';
import { makeStep } from './inngest-step.ts';
import type {
  FunctionContext,
  FunctionOptions,
  FunctionTrigger,
  InngestEvent,
  InngestFunction,
  InngestOptions,
  SendInngestEvent,
} from './inngest-types.ts';

type Handler<T> = (context: FunctionContext) => Promise<T> | T;
type Triggers = FunctionTrigger | readonly FunctionTrigger[];

const usualRetries = 4;

/** Inngest's client, whose functions run in a route of your app by Ringback. */
export class Inngest {
  readonly id: string;
  readonly #events: EventRuns;

  constructor({ id, eventKey, baseUrl, appUrl, route = '/api/inngest', fetch }: InngestOptions) {
    this.id = id;
    this.#events = makeEventRuns({ app: id, url: baseUrl, apiKey: eventKey, appUrl, route, fetch });
  }

  /** Creates a function. It runs in the route made with `serve`. */
  createFunction<T>(options: FunctionOptions, trigger: Triggers, handler: Handler<T>): InngestFunction;
  createFunction<T>(options: FunctionOptions, handler: Handler<T>): InngestFunction;
  createFunction<T>(options: FunctionOptions, second: Triggers | Handler<T>, third?: Handler<T>): InngestFunction {
    const [triggers, handler] =
      typeof second === 'function' ? [options.triggers ?? [], second] : [second, third as Handler<T>];
    const names = namesOf(triggers);
    const flow = flowOf(options);
    const { id, retries = usualRetries } = options;
    const enter = (event: InngestEvent, io: ServedIo) => {
      const step = makeStep(io, flow, (events) => this.send(events));
      const context = { event, events: [event] as [InngestEvent], step, runId: io.runId, logger: console };
      return asFunction(step.fetch, () => handler(context));
    };
    return this.#events.listen({ id, hears: (name) => names.includes(name) }, enter, retries);
  }

  /**
   * Sends events, each of which starts a run of each function that listens for it. Resolves with the ids of the events.
   * The same id again leads to the same runs; with other contents it is refused with `idempotency_conflict`.
   */
  async send(events: SendInngestEvent | readonly SendInngestEvent[]): Promise<{ ids: string[] }> {
    const ids = [events].flat().map(async (event) => {
      const { id = newEventId(), data = {}, ...rest } = event;
      // An event with an id of its own gets no time, because the same event again must have the same contents.
      const time = event.id === undefined ? { ts: Date.now() } : {};
      await this.#events.send({ ...time, ...rest, id, data } as InngestEvent);
      return id;
    });
    return { ids: await Promise.all(ids) };
  }

  /** Returns the function of the route. See `serve`. */
  toRoute(functions: readonly InngestFunction[]): (request: Request) => Promise<Response> {
    return this.#events.route(() => functions);
  }
}

function namesOf(triggers: Triggers): string[] {
  return [triggers].flat().map((trigger) => {
    const { event, ...others } = trigger as FunctionTrigger & Record<string, unknown>;
    if ('cron' in others) notOffered('A trigger by `cron`', 'let your own scheduler send an event.');
    if ('if' in others) notOffered('`if` of a trigger', 'look at the event at the beginning of the function.');
    return event;
  });
}
