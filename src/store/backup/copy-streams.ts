import { once } from 'node:events';
import type { Socket } from 'node:net';
import type pg from 'pg';

/** The part of a connection that COPY needs. `pg` hands it to a statement that brings its own way of being sent. */
type Wire = {
  readonly stream: Socket;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
};

type Copy = {
  submit(wire: Wire): void;
  handleError(error: Error): void;
  handleCommandComplete(message: { text: string }): void;
  handleReadyForQuery(): void;
};

/** Bytes that wait to be read before the server is told to wait. */
const maxWaitingBytes = 1024 ** 2;

/** Runs a `copy … to stdout` and yields its bytes. No more than a few rows are ever waiting. */
export async function* copyOut(client: pg.Client, statement: string): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  let failure: Error | undefined;
  let news = Promise.withResolvers<void>();
  let socket: Socket | undefined;
  const copy: Copy & { handleCopyData(message: { chunk: Buffer }): void } = {
    submit(wire) {
      socket = wire.stream;
      wire.query(statement);
    },
    handleCopyData({ chunk }) {
      // The parser uses its buffer again.
      waiting.push(Buffer.from(chunk));
      bytes += chunk.byteLength;
      if (bytes > maxWaitingBytes) socket?.pause();
      news.resolve();
    },
    handleError(error) {
      failure = error;
      news.resolve();
    },
    handleCommandComplete: () => undefined,
    handleReadyForQuery() {
      ended = true;
      news.resolve();
    },
  };
  client.query(copy as unknown as pg.Submittable);
  for (;;) {
    await news.promise;
    news = Promise.withResolvers();
    if (failure) throw failure;
    const taken = Buffer.concat(waiting);
    const isLast = ended;
    [waiting, bytes] = [[], 0];
    socket?.resume();
    if (taken.byteLength > 0) yield taken;
    if (isLast) return;
    if (ended || waiting.length > 0) news.resolve();
  }
}

/** A `copy … from stdin` that rows are written to. */
export type CopyIn = Readonly<{ write(chunk: Buffer): Promise<void>; end(): Promise<number> }>;

/** Begins a `copy … from stdin`. `end` returns the number of rows that were stored. */
export async function copyIn(client: pg.Client, statement: string): Promise<CopyIn> {
  const begun = Promise.withResolvers<Wire>();
  const done = Promise.withResolvers<number>();
  done.promise.catch(() => undefined);
  let failure: Error | undefined;
  let rows = 0;
  const copy: Copy & { handleCopyInResponse(wire: Wire): void } = {
    submit: (wire) => wire.query(statement),
    handleCopyInResponse: (wire) => begun.resolve(wire),
    handleError(error) {
      failure = error;
      begun.reject(error);
      done.reject(error);
    },
    handleCommandComplete({ text }) {
      rows = Number(text.split(' ')[1] ?? 0);
    },
    handleReadyForQuery: () => done.resolve(rows),
  };
  client.query(copy as unknown as pg.Submittable);
  const wire = await begun.promise;
  return {
    async write(chunk) {
      if (failure) throw failure;
      wire.sendCopyFromChunk(chunk);
      if (wire.stream.writableNeedDrain) await Promise.race([once(wire.stream, 'drain'), done.promise]);
    },
    async end() {
      if (!failure) wire.endCopyFrom();
      return done.promise;
    },
  };
}
