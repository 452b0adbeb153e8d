import { runUntilTold } from '#src/cli/run/run-until-told.ts';
import { readConfig, requireServerConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { testPace } from './test-pace.ts';

/** Runs a worker as `ringback worker` does, at the pace of tests. */
const config = readConfig();
await runUntilTold(() => runWorker(requireServerConfig(config), makeLog(config), { pace: testPace }));
