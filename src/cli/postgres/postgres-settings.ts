/**
 * PostgreSQL's settings for Ringback's load: many small transactions, few connections, and rows that are updated in
 * place.
 */
const settings: Readonly<Record<string, string | number>> = {
  listen_addresses: '127.0.0.1',
  // A socket's path is limited to about 100 characters, and paths in a checkout are often longer.
  unix_socket_directories: '',
  max_connections: 200,
  superuser_reserved_connections: 5,

  shared_buffers: '256MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  // Parallel queries need /dev/shm, which has 64 MB in a container, and take cores from the workers.
  max_parallel_workers_per_gather: 0,
  jit: 'off',
  random_page_cost: 1.1,

  synchronous_commit: 'on',
  wal_buffers: '16MB',
  // After a checkpoint the log gets whole pages. Compressed, most of them are much smaller.
  wal_compression: 'on',
  min_wal_size: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',

  // The queue's tables change completely every few seconds. Stale statistics cost its fetches more than vacuuming does.
  autovacuum_naptime: '10s',
  autovacuum_vacuum_scale_factor: 0.05,
  autovacuum_vacuum_insert_scale_factor: 0.1,
  autovacuum_analyze_scale_factor: 0.02,
  autovacuum_vacuum_cost_limit: 2000,
  // An open transaction of a lost client would keep vacuum from removing anything.
  idle_in_transaction_session_timeout: '5min',

  // Statements, parameters and even error details contain what users submit, so this log leaves them out. An error
  // still reaches its caller and is logged there.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_statement: 'none',
  log_min_duration_statement: -1,
  log_parameter_max_length: 0,
  log_parameter_max_length_on_error: 0,
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: -1,
  log_line_prefix: '%m [%p] ',
  log_timezone: 'UTC',
  timezone: 'UTC',
  lc_messages: 'C',
};

/**
 * Settings for data that may be lost, such as a test run's. The data survives a crash of the server, but not of the
 * machine.
 */
const carelessSettings: Readonly<Record<string, string | number>> = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  min_wal_size: '64MB',
  max_wal_size: '512MB',
};

/** Returns the text of a PostgreSQL configuration file. */
export function postgresSettings(durable: boolean): string {
  const chosen = durable ? settings : { ...settings, ...carelessSettings };
  const lines = Object.entries(chosen).map(([name, value]) => `${name} = '${value}'`);
  return `# Written by Ringback at every start. Settings of your own: ALTER SYSTEM SET …\n${lines.join('\n')}\n`;
}
