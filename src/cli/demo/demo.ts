import { join } from 'node:path';
import { greeting } from '#src/cli/run/greeting.ts';
import { StopSignal } from '#src/cli/run/stop-signal.ts';
import { StartError } from '#src/cli/start-error.ts';
import { createRingback } from '#src/client/index.ts';
import { type Config, readConfig } from '#src/config.ts';
import type { CredentialsFile } from '#src/server/sign-in/first-start.ts';
import { DemoDashboard } from './demo-dashboard.ts';
import { play } from './demo-play.ts';
import { DemoRingback, findDemoPort } from './demo-ringback.ts';
import { paint } from './demo-screen.ts';
import { reportMs, startDemoApi } from './demo-servers.ts';
import { timeline } from './demo-timeline.ts';

/** Runs `ringback demo`: starts everything, runs two jobs while the user watches, and stays up until Ctrl-C. */
export async function runDemo(config: Config = readConfig()): Promise<void> {
  const stop = new StopSignal();
  stop.listen();
  const dashboard = await DemoDashboard.find();
  const ringback = new DemoRingback(config, await findDemoPort(config));
  let failure: unknown;
  try {
    await Promise.race([perform(config, ringback, dashboard, stop), stop.given]);
    await Promise.race([stop.given, ringback.lost]);
  } catch (error) {
    failure = error;
  }
  if (failure === undefined) console.log('\n  Stopping ...');
  await dashboard.stop();
  await ringback.stop();
  if (failure !== undefined) throw asOneSentence(failure);
  console.log('  Stopped.');
  process.exit(0);
}

async function perform(
  config: Config,
  ringback: DemoRingback,
  dashboard: DemoDashboard,
  stop: StopSignal,
): Promise<void> {
  const begunAt = performance.now();
  console.log(`\n${paint('bold', 'Ringback demo')}\n`);
  if (config.port !== 0 && ringback.port !== config.port) {
    console.log(`  Port ${config.port} is taken, so this one uses ${ringback.port}.`);
  }
  console.log('  Starting PostgreSQL, the API and a worker ...');
  const credentials = await ringback.ready();
  console.log(`  Ready after ${((performance.now() - begunAt) / 1_000).toFixed(1)} s.\n`);
  await showJobs(ringback, credentials, stop);
  if (stop.isGiven) return;
  showWayOn(config, credentials);
  await finishDashboard(dashboard, credentials.url, stop);
}

async function showJobs(
  ringback: DemoRingback,
  { apiKey, webhookSecret }: CredentialsFile,
  stop: StopSignal,
): Promise<void> {
  const api = await startDemoApi();
  try {
    const { lanes, submitMs } = await play({
      client: createRingback({ url: ringback.localUrl, apiKey }),
      webhookSecret,
      apiUrl: api.url,
      onReceiver: (callbackUrl) => introduce(api.url, callbackUrl),
      stopped: stop.given,
    });
    const total = Math.max(...lanes.map((lane) => lane.callbackMs));
    const inSeconds = (ms: number) => `${(ms / 1_000).toFixed(ms < 100 ? 2 : 1)} s`;
    console.log(
      `\n  Both rang back. That took ${inSeconds(total)}; your function would have waited ${inSeconds(submitMs)}.\n`,
    );
    for (const line of timeline(lanes)) console.log(`  ${line}`);
    console.log(`\n  ${paint('dim', '= a request    . a wait between attempts    > the callback')}`);
  } finally {
    await api.close();
  }
}

function introduce(apiUrl: string, callbackUrl: string): void {
  console.log(`  Two calls that a function with a time limit should not wait for, to an API
  that this demo plays on your machine:

    chat    POST ${apiUrl}/chat     answers 429, then 503, then 200
    report  GET  ${apiUrl}/report   takes ${reportMs / 1_000} s

  Each is handed over with one line, and the function can return:

    ${paint('cyan', 'await ringback.submit({ url, json, callback })')}

  Ringback calls, retries, and rings ${callbackUrl}.
`);
}

function showWayOn(config: Config, { url, apiKey, dashboard }: CredentialsFile): void {
  const file = join(config.dataDir, 'credentials.json');
  const { email, password } = dashboard;
  const known = { url, apiKey, adminEmail: email ?? undefined, adminPassword: password ?? undefined, file };
  console.log(greeting(known, { showSecrets: process.stdout.isTTY ?? false, dev: true }));
}

async function finishDashboard(dashboard: DemoDashboard, url: string, stop: StopSignal): Promise<void> {
  const { state } = dashboard;
  if (state === 'missing') console.log('  The dashboard is being built in the background; all else works already.');
  // A new build would replace the one in use and break its pages.
  if (state === 'stale') console.log('  The dashboard is older than its sources; stop, and "npm run build" renews it.');
  console.log('  Press Ctrl-C to stop. The jobs stay, and "npm start" finds them again.');
  if (state !== 'missing') return;
  const built = await dashboard.build();
  if (stop.isGiven) return;
  console.log(
    built ? `  The dashboard is built: ${url}` : '  The dashboard could not be built; "npm run build" says why.',
  );
}

/** Turns an unexpected error into a StartError of one sentence, because a stack would not help the user. */
function asOneSentence(error: unknown): unknown {
  if (error instanceof StartError || !(error instanceof Error)) return error;
  return new StartError(`The demo did not get through: ${error.message}`);
}
