import type { BodyView } from '#src/contract/job.ts';
import { type ImageType, sniffImage, textOf } from './body-kind.ts';
import { bytesOf } from './hex-lines.ts';
import { type JsonLine, jsonLines } from './json-lines.ts';

/** A body as it can be drawn. `cut`: only its beginning is here. */
export type ReadBody =
  | { kind: 'empty' | 'left out' }
  | { kind: 'JSON'; lines: JsonLine[]; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'image'; type: ImageType; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'bytes'; bytes: Uint8Array<ArrayBuffer> };

/** Longer texts are not taken apart: a browser would stall. */
const longestJson = 1_048_576;

export function readBody(view: BodyView & { size: number; omitted?: boolean | undefined }, cut: boolean): ReadBody {
  if (view.body === null || view.size === 0) return { kind: view.omitted ? 'left out' : 'empty' };
  return view.encoding === 'utf8' ? readText(view.body, cut) : readBytes(bytesOf(view.body), cut);
}

/** Bytes whose encoding nobody has told: text where all of them are. */
export function readWhole(bytes: Uint8Array<ArrayBuffer>): ReadBody {
  const text = textOf(bytes);
  return text === null ? readBytes(bytes, false) : readText(text, false);
}

function readText(text: string, cut: boolean): ReadBody {
  const lines = text.length <= longestJson ? jsonLines(text, cut) : null;
  return lines ? { kind: 'JSON', lines, text } : { kind: 'text', text };
}

function readBytes(bytes: Uint8Array<ArrayBuffer>, cut: boolean): ReadBody {
  const type = sniffImage(bytes);
  // A part of an image draws as a broken one.
  return type !== null && !cut ? { kind: 'image', type, bytes } : { kind: 'bytes', bytes };
}
