import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import { type Coding, decodable } from '#src/domain/text/content-coding.ts';
import { BodyReader } from './body.ts';

/** A body, and whether it is only the beginning of a longer one. */
export type Bytes = { body: Uint8Array; truncated: boolean };

/** A decoded body, or one that is kept as it came, with the reason. */
export type Decoded = Bytes & ({ decoded: true } | { note: string });

type Decompressor = Transform & { readonly bytesWritten: number };
type Decoder = (whole: boolean) => Decompressor;

const chunkSize = 64 * 1024;
/** RFC 9659 limits the window of zstd in HTTP to 8 MiB. */
const zstdWindowLog = 23;

const zlib = (whole: boolean) => ({
  chunkSize,
  finishFlush: whole ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
});

/** The decoders of each coding. `whole` is false for the beginning of a body, which is decoded as far as it goes. */
const decoders: Record<Coding, (body: Uint8Array) => Decoder> = {
  gzip: () => (whole) => createGunzip(zlib(whole)),
  // Servers send both forms under this name. RFC 9110 §8.4.1.2 means the one with zlib's header.
  deflate: (body) => (whole) => (hasZlibHeader(body) ? createInflate(zlib(whole)) : createInflateRaw(zlib(whole))),
  br: () => (whole) =>
    createBrotliDecompress({
      chunkSize,
      finishFlush: whole ? constants.BROTLI_OPERATION_FINISH : constants.BROTLI_OPERATION_FLUSH,
    }),
  zstd: () => (whole) =>
    createZstdDecompress({
      chunkSize,
      finishFlush: whole ? constants.ZSTD_e_end : constants.ZSTD_e_flush,
      params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog },
    }),
};

/**
 * Returns how many encoded bytes to read for a body of at most `limit` decoded bytes. Data that cannot be compressed
 * grows a little.
 */
export function encodedLimit(limit: number): number {
  return limit + Math.ceil(limit / 8) + 1024;
}

/**
 * Decodes a body with these content codings. At most `limit` bytes are decoded, so a bomb costs no more than a large
 * body. A body that was cut is decoded as far as it goes. A body that is not what its codings say is returned as it
 * came.
 */
export async function decodeBody(raw: Bytes, codings: readonly string[], limit: number): Promise<Decoded> {
  const steps = decodable(codings);
  if (steps === null) return asItCame(raw, limit, `its content-encoding "${named(codings)}" is none that is decoded`);
  let bytes = raw;
  for (const [index, step] of steps.entries()) {
    const last = index === steps.length - 1;
    try {
      bytes = await decodeOnce(bytes, step, last ? limit : encodedLimit(limit));
    } catch {
      return asItCame(raw, limit, `it is not ${step}, although its content-encoding says so`);
    }
  }
  return { ...bytes, decoded: true };
}

/** Decodes one coding. Rejects if the bytes are not encoded so, or if more bytes follow the end. */
async function decodeOnce(raw: Bytes, step: Coding, limit: number): Promise<Bytes> {
  const reader = new BodyReader(limit, null);
  let rest = raw.body;
  do {
    const used = await decodeFrame(rest, decoders[step](rest)(!raw.truncated), reader);
    if (used === 0) throw new Error('nothing was decoded');
    rest = rest.subarray(used);
    // A body may have several frames. zlib reads all members of gzip by itself, but zstd stops after each frame.
    if (rest.byteLength > 0 && !reader.truncated && step !== 'zstd') throw new Error('more bytes follow');
  } while (rest.byteLength > 0 && !reader.truncated);
  return { body: reader.bytes(), truncated: raw.truncated || reader.truncated };
}

/** Decodes into `reader` and resolves to the number of bytes that were read for it. */
function decodeFrame(bytes: Uint8Array, stream: Decompressor, reader: BodyReader): Promise<number> {
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      if (reader.push(chunk)) return;
      resolve(stream.bytesWritten);
      stream.destroy();
    });
    stream.once('end', () => resolve(stream.bytesWritten));
    stream.once('error', reject);
    stream.end(bytes);
  });
}

function asItCame(raw: Bytes, limit: number, why: string): Decoded {
  const body = raw.body.subarray(0, limit);
  const truncated = raw.truncated || body.byteLength < raw.body.byteLength;
  return { body, truncated, note: `The body is kept as it came: ${why}.` };
}

function named(codings: readonly string[]): string {
  return codings.join(', ').slice(0, 100);
}

function hasZlibHeader(body: Uint8Array): boolean {
  const [first = 0, second = 0] = body;
  return (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0;
}
