import { up } from '#src/cli/run/up.ts';
import { readConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';

/** Runs `ringback up` without the dashboard, for tests that kill parts of it. */
const config = readConfig();
await up(config, makeLog(config), { build: false });
