import { createServer, type ServerResponse } from 'node:http';
import type { ServerConfig } from '#src/config.ts';
import { errorCodes } from '#src/contract/shape/error-code.ts';
import { listenerLimits } from '#src/domain/limits.ts';
import { makeMailer } from '#src/engine/alert/mailer.ts';
import { checkKeys } from '#src/engine/endpoint/check-keys.ts';
import { makeHeldCalls } from '#src/engine/gateway/held-calls.ts';
import { makeBells } from '#src/engine/listen/bells.ts';
import { type Pace, pace as productionPace } from '#src/engine/pace.ts';
import { makeWatcher } from '#src/engine/read/watch.ts';
import { makeRetentionCache, retentionDefaults } from '#src/engine/retain/retention-settings.ts';
import { makeEngine } from '#src/engine/start/make-engine.ts';
import { makeEventTails } from '#src/engine/stream/event-tails.ts';
import { makeSubmit } from '#src/engine/submit/submit.ts';
import { traceSubmit } from '#src/engine/submit/trace-submit.ts';
import type { Log } from '#src/log.ts';
import { makeKeyAuth } from '#src/server/call/actor.ts';
import { asRefusal } from '#src/server/call/refusals.ts';
import { makeLookUpName } from '#src/server/jobs/look-up.ts';
import { startSweeping } from '#src/server/listeners/sweeping.ts';
import { makeLive } from '#src/server/live/live-changes.ts';
import { makeSessions } from '#src/server/sign-in/sessions.ts';
import { setUp } from '#src/server/sign-in/set-up.ts';
import { openWakeConnection } from '#src/store/db/wake.ts';
import { findRunStates } from '#src/store/run/run-states.ts';
import { openTracer } from '#src/tracing/open-tracer.ts';
import { startAlerting } from './alerting.ts';
import { startFolding } from './folding.ts';
import { mountPlayground } from './mount-playground.ts';
import { mountNext } from './next-mount.ts';
import { makeHandler } from './own-routes.ts';
import type { ServerDeps } from './server-deps.ts';

export type Web = { stop(): Promise<void> };

/** Makes the parts of a web process. It does not listen for requests yet. Only tests pass a pace. */
export async function makeServerDeps(config: ServerConfig, log: Log, pace: Pace = productionPace): Promise<ServerDeps> {
  const engine = await makeEngine(config, log, { process: 'web', supervise: false, pace });
  const { db } = engine;
  const tracer = await openTracer(config.traces, 'web', log);
  const sessions = makeSessions(db, {
    secret: config.authSecret,
    baseUrl: config.url,
    origins: engine.egress.ownOrigins,
  });
  const defaults = retentionDefaults(config.jobRetentionDays);
  const retention = makeRetentionCache(db, defaults, Date.now);
  return {
    ...engine,
    retention,
    retentionDefaults: defaults,
    quotasSetBy: config.quotasSetBy,
    submit: traceSubmit(
      makeSubmit(engine, async (projectId) => (await retention.of(projectId)).hasQuota),
      tracer,
    ),
    tracer,
    watcher: makeWatcher(db, (err) => log.warn({ err }, 'watching failed')),
    runWatcher: makeWatcher(db, (err) => log.warn({ err }, 'watching runs failed'), findRunStates),
    live: makeLive(db, { now: Date.now, onError: (err) => log.warn({ err }, 'looking for changes failed') }),
    tails: makeEventTails(engine, (err) => log.warn({ err }, 'looking for events failed')),
    heldCalls: makeHeldCalls(engine, (err) => log.warn({ err }, 'holding calls failed')),
    keys: makeKeyAuth(db),
    sessions,
    trustedProxies: config.trustedProxies,
    lookUpName: makeLookUpName(config.dnsServers),
    mailer: makeMailer(config),
    metricsToken: config.metricsToken,
    bells: makeBells(),
    listenerAnswerMs: listenerLimits.answerMs,
    dev: config.dev,
  };
}

/** Parts of a web process that tests change. */
export type WebOptions = {
  /** How long a webhook waits for the answer of a listener's handler. */
  listenerAnswerMs?: number;
  pace?: Pace;
  /** False: the dashboard is not loaded, even if it is built. Loading it takes about a second of CPU time. */
  dashboard?: boolean;
};

/** Starts the API, and the dashboard when it is built. */
export async function runWeb(
  config: ServerConfig,
  log: Log,
  { dashboard = true, pace, ...changed }: WebOptions = {},
): Promise<Web> {
  const deps = { ...(await makeServerDeps(config, log, pace)), ...changed };
  await checkKeys(deps);
  await setUp(deps, config);
  const wakes = openWakeConnection(config.databaseUrl, {
    ended: () => {
      deps.watcher.wake();
      deps.runWatcher.wake();
      deps.live.wake();
    },
    due: () => deps.live.wake(),
    submitted: () => deps.live.wake(),
    listener: (key) => deps.bells.ring(key),
    events: (jobId) => deps.tails.wake(jobId),
  });
  const sweeping = startSweeping(deps);
  const folding = startFolding(deps);
  const alerting = startAlerting(deps);
  const next = mountNext({
    host: config.host,
    port: config.port,
    enabled: dashboard,
    onMissing: () => log.warn({}, 'the dashboard is not built: "ringback build" does that; the API works'),
    onError: (err) => log.error({ err }, 'the dashboard cannot start'),
  });
  const handler = makeHandler(deps, mountPlayground(deps), next.handle);
  const server = createServer((request, response) => {
    handler(request, response).catch((error: unknown) => cutOff(error, response, log));
  });
  // The timeout is longer than any long poll. A request body may be slow, but not endless.
  server.requestTimeout = 120_000;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  log.info({ url: config.url }, 'web ready');

  return {
    async stop() {
      deps.watcher.close();
      deps.runWatcher.close();
      deps.live.close();
      deps.tails.close();
      deps.heldCalls.close();
      const letGo = deps.bells.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection is idle only after its last response. Connections that still stream are cut after 5 s.
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      const limit = setTimeout(() => server.closeAllConnections(), 5_000);
      await closed;
      clearInterval(sweep);
      clearTimeout(limit);
      await next.close();
      await letGo;
      await sweeping.stop();
      await folding.stop();
      await alerting.stop();
      await wakes.close();
      await deps.queue.stop();
      await deps.tracer?.stop();
      await deps.db.close();
    },
  };
}

/** Ends an answer that failed after it was begun, such as a stream. Its reader comes again. */
function cutOff(error: unknown, response: ServerResponse, log: Log): void {
  const { code } = asRefusal(error);
  if (code === 'internal') log.error({ err: error }, 'a request failed');
  else log.warn({ err: error }, 'a request was cut off');
  if (!response.headersSent) response.writeHead(errorCodes[code][0]);
  response.end();
}
