import { runUntilTold } from '#src/cli/run/run-until-told.ts';
import { readConfig, requireServerConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { runWeb } from '#src/server/web-process.ts';
import { testPace } from './test-pace.ts';

/** Runs the API as `ringback web` does, at the pace of tests and without the dashboard. */
const config = readConfig();
await runUntilTold(() => runWeb(requireServerConfig(config), makeLog(config), { pace: testPace, dashboard: false }));
