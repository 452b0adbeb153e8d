import type { BodyView } from '#src/contract/job/job.ts';
import { type ImageType, sniffImage, textOf } from './body-kind.ts';
import { bytesOf } from './hex-lines.ts';
import { type JsonLine, jsonLines } from './json-lines.ts';

/** A body as it can be drawn. `readBody` takes `cut` if only the beginning of the body is here. */
export type ReadBody =
  | { kind: 'empty' | 'left out' }
  | { kind: 'JSON'; lines: JsonLine[]; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'image'; type: ImageType; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'bytes'; bytes: Uint8Array<ArrayBuffer> };

/** Longest text that is parsed as JSON. A longer one would stall the browser. */
const longestJson = 1_048_576;

export function readBody(view: BodyView & { size: number; omitted?: boolean | undefined }, cut: boolean): ReadBody {
  if (view.body === null || view.size === 0) return { kind: view.omitted ? 'left out' : 'empty' };
  if (view.encoding === 'utf8') return readText(view.body, cut);
  const bytes = bytesOf(view.body);
  return cut ? { kind: 'bytes', bytes } : readWhole(bytes);
}

/** Reads all bytes of a body as an image, as text or as bytes. The type that its sender claims is not used. */
export function readWhole(bytes: Uint8Array<ArrayBuffer>): ReadBody {
  const type = sniffImage(bytes);
  if (type !== null) return { kind: 'image', type, bytes };
  const text = textOf(bytes);
  return text === null ? { kind: 'bytes', bytes } : readText(text, false);
}

function readText(text: string, cut: boolean): ReadBody {
  const lines = text.length <= longestJson ? jsonLines(text, cut) : null;
  return lines ? { kind: 'JSON', lines, text } : { kind: 'text', text };
}
