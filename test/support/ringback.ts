import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, requireServerConfig, type ServerConfig } from '#src/config.ts';
import type { Pace } from '#src/engine/pace.ts';
import { makeLog } from '#src/log.ts';
import { type CredentialsFile, firstStart } from '#src/server/sign-in/first-start.ts';
import { runWeb } from '#src/server/web-process.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { makeTestDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { testPace } from './test-pace.ts';

export type TestRingback = {
  url: string;
  config: ServerConfig;
  credentials: CredentialsFile;
  /** Database connection for checks inside the tables. */
  db: Db;
  databaseUrl: string;
  /** Everything this Ringback has logged. */
  logged(): string;
  /** Calls a tRPC procedure as plain HTTP and returns the status and the parsed body. */
  call<T = Record<string, never>>(
    path: string,
    input?: unknown,
    options?: CallOptions,
  ): Promise<{ status: number; body: TrpcBody<T> }>;
  /** Calls a REST route. */
  rest(method: string, path: string, options?: RestOptions): Promise<Response>;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  close(): Promise<void>;
};

export type TrpcBody<T> = {
  result: { data: T };
  error: { message: string; data: { code: string; httpStatus: number; field?: string } };
};
type CallOptions = { key?: string | null; query?: boolean; headers?: Record<string, string> };
type RestOptions = {
  key?: string | null;
  json?: unknown;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
};

/**
 * Starts web and worker in this process, on a database of their own and at the pace of tests. With `worker: false` the test starts the worker
 * itself.
 */
export async function startRingback(
  options: { worker?: boolean; env?: Record<string, string>; listenerAnswerMs?: number; pace?: Partial<Pace> } = {},
): Promise<TestRingback> {
  const database = await makeTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-'));
  const port = await freePort();
  const config = requireServerConfig(
    readConfig({
      DATABASE_URL: database.url,
      PORT: String(port),
      RINGBACK_DATA_DIR: dataDir,
      RINGBACK_DEV: 'true',
      RINGBACK_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
      RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
      RINGBACK_WORKER_DRAIN_SECONDS: '0',
      ...options.env,
    }),
  );
  let output = '';
  const log = makeLog(config, { write: (line) => (output += line) });
  await firstStart(config, log);
  const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as CredentialsFile;
  const { listenerAnswerMs } = options;
  const pace = { ...testPace, ...options.pace };
  const web = await runWeb(config, log, {
    dashboard: false,
    pace,
    ...(listenerAnswerMs === undefined ? {} : { listenerAnswerMs }),
  });
  // What tests seed and count may take long on a slow machine.
  const db = makeDb(database.url, { max: 3, name: 'test', queryTimeoutMs: 60_000 });
  let worker = options.worker === false ? undefined : await runWorker(config, log, { pace });

  const keyHeader = (key: string | null | undefined): Record<string, string> =>
    key === null ? {} : { authorization: `Bearer ${key ?? credentials.apiKey}` };

  return {
    url: config.url,
    config,
    credentials,
    db,
    databaseUrl: database.url,
    logged: () => output,
    async call<T>(path: string, input?: unknown, { key, query, headers }: CallOptions = {}) {
      const asQuery = query && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
      const response = await fetch(`${config.url}/api/trpc/${path}${asQuery}`, {
        method: query ? 'GET' : 'POST',
        headers: { ...keyHeader(key), 'content-type': 'application/json', ...headers },
        ...(query ? {} : { body: JSON.stringify(input ?? {}) }),
      });
      return { status: response.status, body: (await response.json()) as TrpcBody<T> };
    },
    rest: (method, path, { key, json, headers, body, signal } = {}) =>
      fetch(config.url + path, {
        method,
        headers: {
          ...keyHeader(key),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
      }),
    async startWorker() {
      worker ??= await runWorker(config, log, { pace });
    },
    async stopWorker() {
      await worker?.stop();
      worker = undefined;
    },
    async close() {
      await worker?.stop();
      await web.stop();
      await db.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
