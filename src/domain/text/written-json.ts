/**
 * A JSON value that is kept as its caller wrote it, in UTF-8. It was checked when it was read: it is JSON, its texts can be
 * stored, and it is not nested too deep.
 */
export class WrittenJson {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
