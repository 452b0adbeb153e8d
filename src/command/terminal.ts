import { sentence } from '#src/domain/decide/outcome-text.ts';
import { exitCodes } from './command-error.ts';

/** Where a command writes, and the signal that ends it. */
export type Terminal = Readonly<{
  /** Writes a line of the result to stdout. */
  print(line: string): void;
  /** Writes bytes of the result to stdout, as they are. */
  write(bytes: Uint8Array | string): void;
  /** Writes a line of progress or of an error to stderr, with secrets masked. */
  say(line: string): void;
  /** Aborted by Ctrl-C, by SIGTERM and SIGHUP, and when the parent process is gone. */
  signal: AbortSignal;
}>;

/** Signals within this time count as one. npm forwards a Ctrl-C that the terminal has sent to this process too. */
const oneWishMs = 1_000;

/** Returns the terminal of this process. A second Ctrl-C ends the process at once. */
export function openTerminal(): Terminal {
  // A reader like `head` may close the pipe early. Nobody then reads the rest.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCodes.done);
  });
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    write: (bytes) => void process.stdout.write(bytes),
    say: (line) => void process.stderr.write(`${maskSecrets(line)}\n`),
    signal: stopSignal(),
  };
}

/** Masks everything that looks like a key or a secret of Ringback. Messages may repeat what the user has typed. */
export function maskSecrets(text: string): string {
  return text.replace(/\b(rbk_|whsec_|whsk_)[\w+/=-]+/g, '$1********');
}

/** Returns a key or secret-free sentence of any error. */
export function messageOf(error: unknown): string {
  return sentence(error instanceof Error ? error.message : String(error));
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let firstAt = 0;
  const wish = () => {
    const now = performance.now();
    if (stop.signal.aborted && now - firstAt > oneWishMs) process.exit(exitCodes.interrupted);
    firstAt ||= now;
    stop.abort(new Error('interrupted'));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, wish);
  // The kernel closes the channel to the parent even after a kill -9.
  if (process.channel) process.once('disconnect', wish);
  // The listener would keep this process alive after the command is done.
  process.channel?.unref();
  return stop.signal;
}
