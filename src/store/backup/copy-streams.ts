import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import copyStreams from 'pg-copy-streams';

/** Runs a `copy … to stdout` and yields its bytes. No more than a few rows are ever waiting. */
export function copyOut(client: pg.Client, statement: string): AsyncIterable<Buffer> {
  return client.query(copyStreams.to(statement));
}

/** A `copy … from stdin` that rows are written to. */
export type CopyIn = Readonly<{ write(chunk: Buffer): Promise<void>; end(): Promise<number> }>;

/** Begins a `copy … from stdin`. `end` returns the number of rows that were stored. */
export function copyIn(client: pg.Client, statement: string): CopyIn {
  const stream = client.query(copyStreams.from(statement));
  const stored = finished(stream);
  // An error that comes between two writes is thrown by the next one.
  stored.catch(() => undefined);
  return {
    async write(chunk) {
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), stored]);
    },
    async end() {
      stream.end();
      await stored;
      return stream.rowCount;
    },
  };
}
