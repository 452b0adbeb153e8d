import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { makeLog } from '#src/log.ts';

/** A process that runs the embedded server, for tests that kill it. It tells its parent where the server is. */
const [dataDir = ''] = process.argv.slice(2);
const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
const server = await startPostgres({ dataDir, port: 0, log, durable: false });
process.send?.({ url: server.url, pid: server.pid() });
process.on('disconnect', () => void server.stop().then(() => process.exit(0)));
