import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

export type Log = Logger;

type LogSettings = Pick<Config, 'logLevel' | 'logFormat'>;
type Sink = { write(line: string): unknown };

/** Makes a log that writes JSON lines for machines, or one short line per entry for people at a terminal. */
export function makeLog(config: LogSettings, sink: Sink = standardOutput): Log {
  const destination = config.logFormat === 'json' ? sink : { write: (line: string) => sink.write(prettyLine(line)) };
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination as { write(line: string): void },
  );
}

let waiting = '';

function writeWaiting(): void {
  const lines = waiting;
  waiting = '';
  if (lines !== '') process.stdout.write(lines);
}

process.once('exit', writeWaiting);

/**
 * Writes the lines of one tick of the event loop together, because each write is a call of the system. When the process
 * exits, what still waits is written.
 */
const standardOutput: Sink = {
  write(line) {
    if (waiting === '') process.nextTick(writeWaiting);
    waiting += line;
  },
};

const paints: Readonly<Record<string, number>> = { trace: 90, debug: 90, info: 36, warn: 33, error: 31, fatal: 35 };

/** Returns a line like `12:34:56.789 info  message  key=value …`, with an error's stack below it. */
function prettyLine(line: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 23);
  const label = `\u001b[${paints[String(level)] ?? 0}m${String(level).padEnd(5)}\u001b[0m`;
  const fields = Object.entries(rest).map(([name, value]) => {
    const text = typeof value === 'string' && !/[\s"=]/.test(value) ? value : JSON.stringify(value);
    return `\u001b[90m${name}=\u001b[0m${text}`;
  });
  const stack = (err as { stack?: string; message?: string } | undefined) ?? {};
  const below = stack.stack ?? stack.message;
  return `${[clock, label, msg ?? '', ...fields].join(' ')}\n${below ? `${below}\n` : ''}`;
}
