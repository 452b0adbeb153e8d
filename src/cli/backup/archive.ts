import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { fileStartError } from '#src/cli/file-start-error.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { BackupTable } from '#src/store/backup/backup-tables.ts';

/** The first line of a backup. */
export type BackupHead = Readonly<{
  format: 'ringback backup';
  version: 1;
  /** Versions of Ringback and of PostgreSQL that the backup is from. */
  ringback: string;
  postgres: string;
  /** The moment of the backup. */
  at: string;
  migrations: readonly string[];
  /** Ids of the encryption keys that its secrets need. */
  keys: readonly string[];
}>;

/** The last line of a backup, with the SHA-256 of all bytes before it. */
export type BackupEnd = Readonly<{
  rows: Readonly<Record<string, number>>;
  sequences: Readonly<Record<string, number>>;
  sha256: string;
}>;

/** A table of a backup that is written. */
export type BackupPart = Readonly<{ table: BackupTable; rows: AsyncIterable<Buffer> }>;

/** What is called while a backup is read. */
export type ArchiveSinks = Readonly<{
  head(head: BackupHead): Promise<void>;
  /** Called at the beginning of a table. Returns where its rows go. */
  table(table: BackupTable): Promise<{ write(rows: Buffer): Promise<void>; end(): Promise<unknown> }>;
}>;

const newline = 0x0a;
/** The line behind the rows of a table. No row can be like it, because COPY doubles backslashes. */
const endOfRows = '\\.';

/**
 * Writes a backup, which is gzip around lines: the head, then for each table its name and columns, its rows in the text
 * form of COPY and `\.`, then the end. The file gets its name when it is complete and on the disk.
 */
export async function writeArchive(
  file: string,
  head: BackupHead,
  parts: AsyncIterable<BackupPart>,
  sequences: () => Promise<Record<string, number>>,
): Promise<BackupEnd> {
  const hash = createHash('sha256');
  let end: BackupEnd | undefined;
  async function* bytes(): AsyncGenerator<Buffer> {
    const rows: Record<string, number> = {};
    const hashed = (chunk: Buffer) => {
      hash.update(chunk);
      return chunk;
    };
    yield hashed(lineOf(head));
    for await (const part of parts) {
      yield hashed(lineOf(part.table));
      let count = 0;
      for await (const chunk of part.rows) {
        count += countLines(chunk);
        yield hashed(chunk);
      }
      rows[part.table.table] = count;
      yield hashed(Buffer.from(`${endOfRows}\n`));
    }
    end = { rows, sequences: await sequences(), sha256: hash.digest('hex') };
    yield lineOf(end);
  }
  const draft = `${file}.${process.pid}`;
  try {
    await pipeline(
      Readable.from(bytes(), { objectMode: false, highWaterMark: 1024 ** 2 }),
      createGzip({ level: 4 }),
      createWriteStream(draft, { mode: 0o600, flags: 'wx', flush: true }),
    );
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw fileStartError(error, `The backup ${file}`, 'written');
  }
  if (end === undefined) throw new Error('the backup has no end');
  return end;
}

/** Reads a backup from its beginning to its end. Throws a StartError if it is no backup, or is damaged. */
export async function readArchive(file: string, sinks: ArchiveSinks): Promise<BackupEnd> {
  const reader = new ArchiveReader(file, sinks);
  const stream = createReadStream(file, { highWaterMark: 1024 ** 2 });
  const plain = createGunzip({ chunkSize: 256 * 1024 });
  stream.on('error', (error) => plain.destroy(error));
  stream.pipe(plain);
  try {
    for await (const chunk of plain) await reader.take(chunk as Buffer);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw damaged(file, (error as Error).message);
    throw fileStartError(error, `The backup ${file}`, 'read');
  } finally {
    stream.destroy();
  }
  return reader.finish();
}

class ArchiveReader {
  readonly #file: string;
  readonly #sinks: ArchiveSinks;
  readonly #hash = createHash('sha256');
  readonly #rows: Record<string, number> = {};
  #rest: Buffer = Buffer.alloc(0);
  #state: 'head' | 'table' | 'rows' | 'end' = 'head';
  #table = '';
  #sink: Awaited<ReturnType<ArchiveSinks['table']>> | undefined;
  #end: BackupEnd | undefined;

  constructor(file: string, sinks: ArchiveSinks) {
    this.#file = file;
    this.#sinks = sinks;
  }

  async take(chunk: Buffer): Promise<void> {
    const bytes = this.#rest.byteLength === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    // Rows that follow each other go on in one piece.
    let rowsFrom = -1;
    for (let next = bytes.indexOf(newline, at); next >= 0; next = bytes.indexOf(newline, at)) {
      const isRow = this.#state === 'rows' && !isEndOfRows(bytes, at, next);
      if (isRow) {
        if (rowsFrom < 0) rowsFrom = at;
        this.#rows[this.#table] = (this.#rows[this.#table] ?? 0) + 1;
      } else {
        if (rowsFrom >= 0) await this.#sink?.write(this.#hashed(bytes.subarray(rowsFrom, at)));
        rowsFrom = -1;
        await this.#line(bytes.subarray(at, next + 1));
      }
      at = next + 1;
    }
    if (rowsFrom >= 0) await this.#sink?.write(this.#hashed(bytes.subarray(rowsFrom, at)));
    this.#rest = Buffer.from(bytes.subarray(at));
  }

  finish(): BackupEnd {
    if (this.#end === undefined || this.#rest.byteLength > 0) throw damaged(this.#file, 'it ends too early');
    if (this.#hash.digest('hex') !== this.#end.sha256) throw damaged(this.#file, 'its checksum differs');
    for (const [table, rows] of Object.entries(this.#end.rows))
      if ((this.#rows[table] ?? 0) !== rows) throw damaged(this.#file, `${table} has not as many rows as it says`);
    return this.#end;
  }

  async #line(line: Buffer): Promise<void> {
    if (this.#state === 'rows') {
      this.#hash.update(line);
      await this.#sink?.end();
      this.#state = 'table';
      return;
    }
    const value = this.#parse(line);
    if (this.#state === 'head') {
      if (value.format !== 'ringback backup') throw new StartError(`${this.#file} is no backup of Ringback.`);
      if (value.version !== 1)
        throw new StartError(`${this.#file} has the form ${value.version} of backups, and this program knows 1.`);
      this.#hash.update(line);
      await this.#sinks.head(value as unknown as BackupHead);
      this.#state = 'table';
    } else if (this.#state === 'table' && 'table' in value) {
      this.#hash.update(line);
      const table = value as unknown as BackupTable;
      this.#table = table.table;
      this.#sink = await this.#sinks.table(table);
      this.#state = 'rows';
    } else if (this.#state === 'table' && 'sha256' in value) {
      this.#end = value as unknown as BackupEnd;
      this.#state = 'end';
    } else throw damaged(this.#file, 'it goes on behind its end');
  }

  #hashed(rows: Buffer): Buffer {
    this.#hash.update(rows);
    return rows;
  }

  #parse(line: Buffer): Record<string, unknown> {
    try {
      return JSON.parse(line.toString('utf8')) as Record<string, unknown>;
    } catch {
      if (this.#state === 'head') throw new StartError(`${this.#file} is no backup of Ringback.`);
      throw damaged(this.#file, 'a line cannot be read');
    }
  }
}

const lineOf = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`);

function isEndOfRows(bytes: Buffer, from: number, to: number): boolean {
  return to - from === endOfRows.length && bytes.toString('latin1', from, to) === endOfRows;
}

function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines += 1;
  return lines;
}

function damaged(file: string, why: string): StartError {
  return new StartError(`The backup ${file} is damaged: ${why}. Nothing was changed.`);
}
