import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { finished, pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { fileStartError } from '#src/cli/file-start-error.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { ExportedRow } from '#src/engine/move/export-project.ts';

/** The first line of an export. */
export type ExportHead = Readonly<{
  format: 'ringback export';
  version: 1;
  ringback: string;
  at: string;
  /** The last migration of the installation: its tables have other columns before and after others. */
  migration: string;
  project: Readonly<{ id: string; name: string }>;
  /** Salt of the passphrase's key, in base64; null: the export has no secrets. */
  salt: string | null;
}>;

/** Writes an export: gzip around a JSON object a line: the head, the rows, and the SHA-256 of all bytes before. */
export async function writeExport(
  file: string,
  head: ExportHead,
  rows: (take: (row: ExportedRow) => Promise<void>) => Promise<void>,
): Promise<void> {
  const draft = `${file}.${process.pid}`;
  const hash = createHash('sha256');
  const packed = createGzip();
  const written = pipeline(packed, createWriteStream(draft, { mode: 0o600, flags: 'wx', flush: true }));
  written.catch(() => undefined);
  const write = async (value: object) => {
    const line = `${JSON.stringify(value)}\n`;
    hash.update(line);
    if (!packed.write(line)) await Promise.race([once(packed, 'drain'), written]);
  };
  try {
    await write(head);
    await rows(write);
    packed.end(`${JSON.stringify({ sha256: hash.digest('hex') })}\n`);
    await written;
    await rename(draft, file);
  } catch (error) {
    packed.destroy();
    await finished(packed).catch(() => undefined);
    await rm(draft, { force: true }).catch(() => undefined);
    throw fileStartError(error, `The export ${file}`, 'written');
  }
}

/** Reads an export to its end. Throws a StartError if it is none, or is damaged. */
export async function checkExport(file: string): Promise<ExportHead> {
  let head: ExportHead | undefined;
  for await (const line of linesOf(file)) head ??= line.kind === 'head' ? line.head : undefined;
  if (head === undefined) throw new StartError(`${file} is no export of Ringback.`);
  return head;
}

/** Yields the rows of an export that was checked. */
export async function* exportedRows(file: string): AsyncGenerator<ExportedRow> {
  for await (const line of linesOf(file)) if (line.kind === 'row') yield line.row;
}

type Line = { kind: 'head'; head: ExportHead } | { kind: 'row'; row: ExportedRow };

async function* linesOf(file: string): AsyncGenerator<Line> {
  const hash = createHash('sha256');
  let sum: string | undefined;
  let isFirst = true;
  for await (const line of textLines(file)) {
    const value = parse(file, line, isFirst);
    if (sum !== undefined) throw damaged(file, 'it goes on behind its end');
    if (isFirst) {
      if (value.format !== 'ringback export') throw new StartError(`${file} is no export of Ringback.`);
      if (value.version !== 1) throw new StartError(`${file} has the form ${value.version}, and this program knows 1.`);
      yield { kind: 'head', head: value as unknown as ExportHead };
    } else if (typeof value.sha256 === 'string') sum = value.sha256;
    else yield { kind: 'row', row: value as unknown as ExportedRow };
    if (sum === undefined) hash.update(`${line}\n`);
    isFirst = false;
  }
  if (sum === undefined) throw damaged(file, 'it ends too early');
  if (hash.digest('hex') !== sum) throw damaged(file, 'its checksum differs');
}

async function* textLines(file: string): AsyncGenerator<string> {
  const plain = createGunzip();
  const read = pipeline(createReadStream(file), plain);
  read.catch(() => undefined);
  try {
    yield* createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY });
    await read;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code?.startsWith('Z_') ? damaged(file, message) : fileStartError(error, `The export ${file}`, 'read');
  } finally {
    plain.destroy();
  }
}

function parse(file: string, line: string, isFirst: boolean): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw isFirst ? new StartError(`${file} is no export of Ringback.`) : damaged(file, 'a line cannot be read');
  }
}

function damaged(file: string, why: string): StartError {
  return new StartError(`The export ${file} is damaged: ${why}. Nothing was changed.`);
}
