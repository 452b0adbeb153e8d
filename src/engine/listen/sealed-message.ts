import type { Cipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';

/** The headers and body of a webhook or of its answer. They may hold secrets, so the database holds them encrypted. */
export type Carried = { headers: Record<string, string>; body: Buffer };

/**
 * The field, among the headers of a message that was refused, that holds the reason. No real header can have this name.
 */
export const refusedField = ':refused';

type Direction = 'message' | 'answer';

export function sealCarried(cipher: Cipher, direction: Direction, id: string, { headers, body }: Carried): Buffer {
  const head = Buffer.from(JSON.stringify(headers));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(head.byteLength);
  return cipher.seal(Buffer.concat([size, head, body]), sealContext.carried(direction, id));
}

export function openCarried(cipher: Cipher, direction: Direction, id: string, sealed: Uint8Array): Carried {
  const plain = cipher.open(sealed, sealContext.carried(direction, id));
  const end = 4 + plain.readUInt32BE(0);
  return { headers: JSON.parse(plain.toString('utf8', 4, end)), body: plain.subarray(end) };
}
