import {
  createRingback,
  type Ringback,
  type RingbackOptions,
  type ServeHandler,
  type StartedRun,
  serve,
} from '#src/client/index.ts';

/** JSON that nobody has described, with the type that `JSON.parse` gives it. */
export type Undescribed = ReturnType<JSON['parse']>;

/** What every event has. The id is also its idempotency key. */
export type NamedEvent = { id: string; name: string };

/** Where Ringback is, and where the route is that has the functions of an app. */
export type EventPlace = RingbackOptions & {
  /** The id of the app's client. Events of other apps in the same project may have the same ids. */
  app: string;
  /** The base URL of the app. Default: `RINGBACK_APP_URL`. */
  appUrl: string | URL | undefined;
  /** The route: a path of the app, or a whole URL; without a query. */
  route: string | URL;
};

/** A function that events start. Each of its runs has the route's URL with the function's id. */
export type EventFunction = {
  readonly id: string;
  hears(name: string): boolean;
  readonly enter: (request: Request) => Promise<Response>;
};

/** Events of an app, and the one route in which its functions run. */
export type EventRuns = {
  /** Starts the run that hands an event to the functions. The same id again leads to the same run. */
  send(event: NamedEvent): Promise<StartedRun>;
  /** Makes a function, whose handler gets the event. */
  listen<Event>(
    one: Pick<EventFunction, 'id' | 'hears'>,
    handler: ServeHandler<Event, unknown>,
    retries?: number | undefined,
  ): EventFunction;
  /** Makes the route. `functions` is asked at each event. */
  route(functions: () => Iterable<EventFunction>): (request: Request) => Promise<Response>;
};

/** The parameter of the route's URL that names a function. */
const parameter = 'function';
/** The longest label that Ringback takes. */
const labelLength = 64;

/**
 * Makes events of an app. An event is a run of the route at first, because only the route knows the functions; that
 * run starts a run of each function that hears the event, and ends.
 */
export function makeEventRuns({ app, appUrl, route, ...connection }: EventPlace): EventRuns {
  const ringback: Ringback = createRingback({ ...connection, appUrl });
  const keyOf = (event: NamedEvent) => `${encodeURIComponent(app)}:${event.id}`;
  const labels = (...texts: string[]) => texts.map((text) => text.slice(0, labelLength));
  const handOn = async (event: NamedEvent, functions: Iterable<EventFunction>) => {
    const heard = [...functions].filter((one) => one.hears(event.name));
    const runs = heard.map(async ({ id }) => {
      const url = `${route}?${parameter}=${encodeURIComponent(id)}`;
      const options = {
        idempotencyKey: `function:${encodeURIComponent(id)}:${keyOf(event)}`,
        labels: labels(id, event.name),
      };
      return { function: id, run: (await ringback.start(url, event, options)).id };
    });
    return { runs: await Promise.all(runs) };
  };
  return {
    send: (event) =>
      ringback.start(route, event, { idempotencyKey: `event:${keyOf(event)}`, labels: labels(event.name) }),
    listen: (one, handler, retries) => ({ ...one, enter: serve(handler, { ...connection, retries }) }),
    route(functions) {
      const take = serve((event: NamedEvent) => handOn(event, functions()), connection);
      return async (request) => {
        const id = new URL(request.url).searchParams.get(parameter);
        if (id === null) return take(request);
        const one = [...functions()].find((known) => known.id === id);
        return one?.enter(request) ?? unknownFunction(id);
      };
    },
  };
}

/** Returns a new id of an event. */
export function newEventId(): string {
  return crypto.randomUUID();
}

function unknownFunction(id: string): Response {
  const message = `This route has no function "${id.slice(0, 100)}". Import the file that defines it.`;
  return Response.json({ error: { code: 'unknown_function', message } }, { status: 404 });
}
