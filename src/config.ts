import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseSmtpUrl } from '#src/domain/alert/smtp-url.ts';
import { parseTrustedProxies, type TrustedProxies } from '#src/domain/egress/client-address.ts';
import { parseAllowRule } from '#src/domain/egress/ip-range.ts';
import { type EgressProxy, parseDnsServers, parseEgressProxy } from '#src/domain/egress/way-out.ts';
import { limits } from '#src/domain/limits.ts';
import { nearestName } from '#src/domain/text/nearest-name.ts';
import { readTraceSettings, type TraceSettings } from './trace-settings.ts';

/** An AES-256-GCM key. Its id is stored beside what it encrypted, so that old values stay readable after a rotation. */
export type EncryptionKey = Readonly<{ id: string; key: Buffer }>;

/** Every setting of a Ringback process. Settings are read once and never changed. */
export type Config = Readonly<{
  /** URL of the PostgreSQL to use; if unset, `up` runs its own. */
  databaseUrl: string | undefined;
  port: number;
  /** Public base URL, without a trailing slash. */
  url: string;
  host: string;
  /** Proxies in front of web whose `X-Forwarded-For` is trusted. */
  trustedProxies: TrustedProxies;
  /** Token that Prometheus must send to `/metrics`; if unset, there are no metrics. */
  metricsToken: string | undefined;
  /** SMTP server for e-mails about alerts, with its credentials, and their sender. Both or none. */
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  /** Absolute path of the data folder. */
  dataDir: string;
  /** Port of the embedded PostgreSQL; 0: any free port. */
  postgresPort: number;
  /** Encryption keys. The first key encrypts, all of them decrypt. Empty if unset. */
  encryptionKeys: readonly EncryptionKey[];
  authSecret: string | undefined;
  egressAllow: readonly string[];
  /** Proxy that all requests of workers go through. */
  egressProxy: EgressProxy | undefined;
  /** DNS servers for targets; empty: the system's. */
  dnsServers: readonly string[];
  dev: boolean;
  workerSlots: number;
  workerMemoryBytes: number;
  maxResponseBytes: number;
  /** Most bytes of a response's headers. */
  maxResponseHeaderBytes: number;
  jobRetentionDays: number;
  /** Who sets the quotas of projects: their owners, or only `ringback quotas`. */
  quotasSetBy: 'owner' | 'operator';
  workerDrainSeconds: number;
  /** Port of the worker's health check; 0: no port. */
  workerPort: number;
  /** UUID that `up` gives each worker it starts, so that `up` can report that worker's death. */
  workerId: string | undefined;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  logFormat: 'json' | 'pretty';
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  /** Connections to PostgreSQL per process. */
  dbPool: number;
  /** API key for the client and the demo. The server never reads it. */
  apiKey: string | undefined;
  /** How traces are made; undefined: there are none. */
  traces: TraceSettings | undefined;
}>;

/** Settings with the values that `web` and `worker` need to start. */
export type ServerConfig = Config & Readonly<{ databaseUrl: string; authSecret: string }>;

/** Error that lists all wrong settings, one per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`These settings are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns a setting that is read from text; `read` returns undefined for an invalid value. */
function setting<T>(shouldBe: string, read: (text: string) => T | undefined) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: shouldBe });
    return z.NEVER;
  });
}

function parsed<T>(shouldBe: string, parse: (text: string) => T | null) {
  return setting(shouldBe, (value) => parse(value) ?? undefined);
}

function wholeNumber(low: number, high: number, fallback: number) {
  const shouldBe = `a whole number from ${low} to ${high}`;
  const read = (text: string) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return value >= low && value <= high ? value : undefined;
  };
  return setting(shouldBe, read).default(fallback);
}

function oneOf<const T extends string>(values: readonly T[], fallback: T) {
  return z.enum(values, { error: `one of ${values.join(', ')}` }).default(fallback as z.util.NoUndefined<T>);
}

function readUrl(text: string, protocols: readonly string[]): URL | undefined {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol) ? new URL(text) : undefined;
}

function readBaseUrl(text: string): string | undefined {
  const url = readUrl(text, ['http:', 'https:']);
  if (!url || url.search || url.hash || url.username) return undefined;
  return url.href.replace(/\/+$/, '');
}

function readEncryptionKeys(text: string): readonly EncryptionKey[] | undefined {
  const keys = readList(text).map((part) => {
    const [, id, base64] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(part) ?? [];
    return id && base64 ? Object.freeze({ id, key: Buffer.from(base64, 'base64') }) : undefined;
  });
  const valid = keys.filter((key) => key !== undefined);
  const distinct = new Set(valid.map(({ id }) => id)).size;
  return valid.length > 0 && valid.length === keys.length && distinct === valid.length ? valid : undefined;
}

function readList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const truths = new Map(Object.entries({ true: true, 1: true, yes: true, false: false, 0: false, no: false }));
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const text = (shouldBe: string, pattern: RegExp) =>
  setting(shouldBe, (value) => (pattern.test(value) ? value : undefined)).optional();

const adminPassword = /^.{12,128}$/;

/** Returns the content of a secret's file, without the line break that editors add at its end. */
function readSecretFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

const environment = z.object({
  DATABASE_URL: setting(
    'a URL that starts with postgres:// or postgresql://, with special characters in its password percent-encoded (/ is %2F)',
    (value) => (readUrl(value, ['postgres:', 'postgresql:']) ? value : undefined),
  ).optional(),
  PORT: wholeNumber(0, 65_535, 4600),
  RINGBACK_URL: setting('an http(s) URL without query, fragment or user', readBaseUrl).optional(),
  RINGBACK_HOST: setting('an address to listen on, like 127.0.0.1 or 0.0.0.0', (value) =>
    /^[A-Za-z0-9.:_-]+$/.test(value) ? value : undefined,
  ).default('127.0.0.1'),
  RINGBACK_TRUSTED_PROXIES: parsed(
    'how many proxies there are (1), or a comma list of their addresses and ranges (10.0.0.0/8)',
    parseTrustedProxies,
  ).default([]),
  RINGBACK_METRICS_TOKEN: text('16 characters or more, without spaces (openssl rand -hex 16)', /^\S{16,}$/),
  RINGBACK_SMTP_URL: setting(
    'smtp:// or smtps:// with a host, like smtp://user:password@mail.example.com:587, with % written as %25',
    (value) => (parseSmtpUrl(value) === null ? undefined : value),
  ).optional(),
  RINGBACK_MAIL_FROM: text(
    'an e-mail address, with or without a name: Ringback <ringback@example.com>',
    /^([^<>@\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/,
  ),
  RINGBACK_DATA_DIR: z.string().default('.ringback'),
  RINGBACK_POSTGRES_PORT: wholeNumber(0, 65_535, 0),
  RINGBACK_ENCRYPTION_KEYS: setting(
    'a comma list of id:key with different ids, each key 32 bytes in base64 (openssl rand -base64 32)',
    readEncryptionKeys,
  ).default([]),
  RINGBACK_AUTH_SECRET: text('at least 32 characters (openssl rand -base64 32)', /^.{32,}$/),
  RINGBACK_EGRESS_ALLOW: setting(
    'a comma list of ranges (10.0.0.0/8), addresses or host names, with or without :port',
    (value) => (readList(value).every((rule) => parseAllowRule(rule)) ? readList(value) : undefined),
  ).default([]),
  RINGBACK_EGRESS_PROXY: parsed('http://host:port or http://user:password@host:port', parseEgressProxy).optional(),
  RINGBACK_DNS_SERVERS: parsed('a comma list of addresses, with or without :port', parseDnsServers).default([]),
  RINGBACK_DEV: setting('true or false', (value) => truths.get(value.toLowerCase())).default(false),
  RINGBACK_WORKER_SLOTS: wholeNumber(1, 100_000, 512),
  RINGBACK_WORKER_MEMORY_BYTES: wholeNumber(16 * 1024 ** 2, 64 * 1024 ** 3, 128 * 1024 ** 2),
  RINGBACK_MAX_RESPONSE_BYTES: wholeNumber(1024, 256 * 1024 ** 2, limits.resultBodyBytes),
  RINGBACK_MAX_RESPONSE_HEADER_BYTES: wholeNumber(1024, 1024 ** 2, limits.responseHeaderBytes),
  RINGBACK_JOB_RETENTION_DAYS: wholeNumber(1, 3650, 30),
  RINGBACK_QUOTAS_SET_BY: oneOf(['owner', 'operator'], 'owner'),
  RINGBACK_WORKER_DRAIN_SECONDS: wholeNumber(0, 3600, 30),
  RINGBACK_WORKER_PORT: wholeNumber(0, 65_535, 0),
  RINGBACK_WORKER_ID: text('a UUID', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i),
  RINGBACK_LOG_LEVEL: oneOf(logLevels, 'info'),
  RINGBACK_LOG_FORMAT: oneOf(['json', 'pretty'], 'json'),
  RINGBACK_ADMIN_EMAIL: text('an e-mail address', /^[^\s@]+@[^\s@]+$/),
  RINGBACK_ADMIN_PASSWORD: text('12 to 128 characters', adminPassword),
  RINGBACK_ADMIN_PASSWORD_FILE: setting('a file that can be read and holds 12 to 128 characters', (file) => {
    const value = readSecretFile(file);
    return value !== undefined && adminPassword.test(value) ? value : undefined;
  }).optional(),
  RINGBACK_DB_POOL: wholeNumber(2, 1000, 10),
  RINGBACK_API_KEY: z.string().optional(),
  RINGBACK_WEBHOOK_SECRET: z.string().optional(),
  RINGBACK_EXPORT_PASSPHRASE: z.string().optional(),
  RINGBACK_APP_URL: z.string().optional(),
});

const secretNames = new Set([
  'DATABASE_URL',
  'RINGBACK_ENCRYPTION_KEYS',
  'RINGBACK_AUTH_SECRET',
  'RINGBACK_ADMIN_PASSWORD',
  'RINGBACK_METRICS_TOKEN',
  'RINGBACK_SMTP_URL',
  'RINGBACK_EGRESS_PROXY',
  'RINGBACK_API_KEY',
  'RINGBACK_WEBHOOK_SECRET',
  'RINGBACK_EXPORT_PASSPHRASE',
]);

/** Reads and checks all settings. Throws one ConfigError that names everything wrong and repeats no secret. */
export function readConfig(env: Environment = process.env): Config {
  // An empty `NAME=` in a compose or .env file means "not set".
  const given = Object.fromEntries(
    Object.entries(env)
      .map(([name, value]) => [name, value?.trim() ?? ''] as const)
      .filter(([, value]) => value !== ''),
  );
  const parsed = environment.safeParse(given);
  const problems: string[] = [
    ...unknownNames(given),
    ...(parsed.error?.issues ?? []).map((issue) => describe(issue, given)),
  ];
  const traces = readTraceSettings(given);
  problems.push(...administratorProblems(given), ...mailProblems(given), ...traces.problems);
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data, traces.settings);
}

/** Returns what is wrong with the administrator's settings. Half of them would make none, which nobody means. */
function administratorProblems(given: Environment): string[] {
  const { RINGBACK_ADMIN_EMAIL: email, RINGBACK_ADMIN_PASSWORD: password, RINGBACK_ADMIN_PASSWORD_FILE: file } = given;
  const hasPassword = password !== undefined || file !== undefined;
  return [
    ...(password !== undefined && file !== undefined
      ? ['RINGBACK_ADMIN_PASSWORD and RINGBACK_ADMIN_PASSWORD_FILE exclude each other']
      : []),
    ...(email === undefined && hasPassword ? ['RINGBACK_ADMIN_EMAIL is missing: a password is set without it'] : []),
    ...(email !== undefined && !hasPassword
      ? ['RINGBACK_ADMIN_PASSWORD (or RINGBACK_ADMIN_PASSWORD_FILE) is missing: RINGBACK_ADMIN_EMAIL is set without it']
      : []),
  ];
}

/** Returns what is wrong with the settings of e-mails: one without the other. */
function mailProblems({ RINGBACK_SMTP_URL: url, RINGBACK_MAIL_FROM: from }: Environment): string[] {
  if ((url === undefined) === (from === undefined)) return [];
  const [missing, set] =
    url === undefined ? ['RINGBACK_SMTP_URL', 'RINGBACK_MAIL_FROM'] : ['RINGBACK_MAIL_FROM', 'RINGBACK_SMTP_URL'];
  return [`${missing} is missing: ${set} is set without it`];
}

function describe(issue: z.core.$ZodIssue, given: Environment): string {
  const name = String(issue.path[0]);
  const value = secretNames.has(name) ? '' : `, not ${JSON.stringify(given[name])}`;
  return `${name} should be ${issue.message}${value}`;
}

function toConfig(read: z.output<typeof environment>, traces: TraceSettings | undefined): Config {
  return Object.freeze({
    databaseUrl: read.DATABASE_URL,
    port: read.PORT,
    url: read.RINGBACK_URL ?? `http://localhost:${read.PORT}`,
    host: read.RINGBACK_HOST,
    trustedProxies: read.RINGBACK_TRUSTED_PROXIES,
    metricsToken: read.RINGBACK_METRICS_TOKEN,
    smtpUrl: read.RINGBACK_SMTP_URL,
    mailFrom: read.RINGBACK_MAIL_FROM,
    dataDir: resolve(read.RINGBACK_DATA_DIR),
    postgresPort: read.RINGBACK_POSTGRES_PORT,
    encryptionKeys: Object.freeze(read.RINGBACK_ENCRYPTION_KEYS),
    authSecret: read.RINGBACK_AUTH_SECRET,
    egressAllow: Object.freeze(read.RINGBACK_EGRESS_ALLOW),
    egressProxy: read.RINGBACK_EGRESS_PROXY,
    dnsServers: Object.freeze(read.RINGBACK_DNS_SERVERS),
    dev: read.RINGBACK_DEV,
    workerSlots: read.RINGBACK_WORKER_SLOTS,
    workerMemoryBytes: read.RINGBACK_WORKER_MEMORY_BYTES,
    maxResponseBytes: read.RINGBACK_MAX_RESPONSE_BYTES,
    maxResponseHeaderBytes: read.RINGBACK_MAX_RESPONSE_HEADER_BYTES,
    jobRetentionDays: read.RINGBACK_JOB_RETENTION_DAYS,
    quotasSetBy: read.RINGBACK_QUOTAS_SET_BY,
    workerDrainSeconds: read.RINGBACK_WORKER_DRAIN_SECONDS,
    workerPort: read.RINGBACK_WORKER_PORT,
    workerId: read.RINGBACK_WORKER_ID?.toLowerCase(),
    logLevel: read.RINGBACK_LOG_LEVEL,
    logFormat: read.RINGBACK_LOG_FORMAT,
    adminEmail: read.RINGBACK_ADMIN_EMAIL,
    adminPassword: read.RINGBACK_ADMIN_PASSWORD ?? read.RINGBACK_ADMIN_PASSWORD_FILE,
    dbPool: read.RINGBACK_DB_POOL,
    apiKey: read.RINGBACK_API_KEY,
    traces,
  });
}

/** Checks what `web` and `worker` need and otherwise `up` provides. Throws one ConfigError that names all missing. */
export function requireServerConfig(config: Config): ServerConfig {
  const { databaseUrl, authSecret, encryptionKeys } = config;
  if (databaseUrl && authSecret && encryptionKeys.length > 0)
    return Object.freeze({ ...config, databaseUrl, authSecret });
  const missing = {
    DATABASE_URL: databaseUrl,
    RINGBACK_AUTH_SECRET: authSecret,
    RINGBACK_ENCRYPTION_KEYS: encryptionKeys[0],
  };
  throw new ConfigError(
    Object.entries(missing)
      .filter(([, value]) => !value)
      .map(([name]) => `${name} is missing (only "ringback up" makes its own; every process must be given the same)`),
  );
}

/** Sets a variable of this process, and so of its children, unless it already has a value. */
export const setDefault = (name: string, value: string): string => (process.env[name] ||= value);

/** Returns this process's environment for a child process, with some settings replaced. */
export function childEnvironment(changes: Environment): Environment {
  return { ...process.env, ...changes };
}

function unknownNames(given: Environment): readonly string[] {
  const known = Object.keys(environment.shape);
  return Object.keys(given)
    .filter((name) => name.startsWith('RINGBACK_') && !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      return `${name} is no setting of Ringback${nearest ? `; did you mean ${nearest}?` : ''}`;
    });
}
