import { once } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { RawBodyError, readBody } from '#src/client/callback/callback-body.ts';
import type { CallbackRequest } from '#src/client/index.ts';

const text = '{"a":"ü"}';
const bytes = Buffer.from(text);

/** As a framework hands on Node's request: a stream with headers, and whatever else it has put there. */
function nodeRequest(chunks: (string | Buffer)[], extra: object = {}, headers: Record<string, string> = {}) {
  const stream = Readable.from(chunks, { objectMode: false });
  return Object.assign(stream, { headers, ...extra });
}

async function read(request: CallbackRequest, maxBytes = 100): Promise<string> {
  return new TextDecoder().decode(await readBody(request, maxBytes));
}

describe('the body of a Node request', () => {
  it('is read from the stream, also in pieces that cut characters', async () => {
    expect(await read(nodeRequest([...bytes].map((byte) => Buffer.of(byte))))).toBe(text);
    expect(await read(nodeRequest([]))).toBe('');
  });

  it('is read from a stream that was told to give text', async () => {
    expect(await read(nodeRequest([bytes]).setEncoding('utf8'))).toBe(text);
  });

  it('may have been read before, where its bytes or its text were kept', async () => {
    for (const kept of [bytes, text, new Uint8Array(bytes)]) {
      expect(await read(nodeRequest([], { body: kept }))).toBe(text);
      for (const body of [{ a: 'ü' }, 'made of it']) {
        expect(await read(nodeRequest([], { body, rawBody: kept }))).toBe(text);
      }
    }
  });

  it('is read where a parser has set an empty body and read nothing', async () => {
    for (const body of [{}, null, undefined]) expect(await read(nodeRequest([bytes], { body }))).toBe(text);
  });

  it('cannot be had once it was parsed, or read to nowhere', async () => {
    for (const body of [{ a: 'ü' }, {}, undefined]) {
      const request = nodeRequest([bytes], { body });
      for await (const _ of request);
      const error = await readBody(request, 100).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RawBodyError);
      expect((error as Error).message).toMatch(body === undefined ? /was read before/ : /before express\.json\(\)/);
    }
  });

  it('is not waited for when the connection is gone', async () => {
    const request = nodeRequest([bytes]);
    request.destroy();
    await once(request, 'close');
    await expect(readBody(request, 100)).rejects.toMatchObject({ code: 'body_incomplete' });
  });

  it('is incomplete when the connection breaks', async () => {
    for (const reason of [undefined, new Error('reset')]) {
      const request = Object.assign(new Readable({ read() {} }), { headers: {} });
      request.push(bytes);
      const reading = readBody(request, 100);
      request.destroy(reason);
      const error: unknown = await reading.catch((rejection: unknown) => rejection);
      expect(error).toMatchObject({ code: 'body_incomplete' });
      expect((error as Error).cause).toBe(reason);
    }
  });

  it('is read no further than the cap, and not at all where it is announced to be longer', async () => {
    const given: number[] = [];
    const endless = Object.assign(
      new Readable({
        highWaterMark: 10,
        read() {
          given.push(10);
          this.push(Buffer.alloc(10));
        },
      }),
      { headers: {} },
    );
    await expect(readBody(endless, 100)).rejects.toMatchObject({ code: 'body_too_large' });
    await new Promise(setImmediate);
    expect(given.length).toBeLessThan(15);
    // What goes wrong with it later is no news to anybody.
    endless.destroy(new Error('reset'));
    await new Promise(setImmediate);

    const announced = nodeRequest([bytes], {}, { 'Content-Length': '101' });
    await expect(readBody(announced, 100)).rejects.toMatchObject({ code: 'body_too_large' });
    expect(announced.readableDidRead).toBe(false);
  });

  it('may be as long as the cap', async () => {
    expect(await read(nodeRequest([bytes]), bytes.length)).toBe(text);
    await expect(readBody(nodeRequest([bytes]), bytes.length - 1)).rejects.toMatchObject({ code: 'body_too_large' });
    await expect(readBody(nodeRequest([], { body: bytes }), 3)).rejects.toMatchObject({ code: 'body_too_large' });
  });
});

describe('the body of anything else', () => {
  it('may be a stream beside headers', async () => {
    expect(await read({ headers: {}, body: nodeRequest([bytes]) })).toBe(text);
    await expect(readBody({ headers: {}, body: nodeRequest([bytes]) }, 3)).rejects.toMatchObject({
      code: 'body_too_large',
    });
  });

  it('is read from a Request no further than the cap', async () => {
    let pulled = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(10));
      },
    });
    const request = new Request('https://app.test/', { method: 'POST', body, duplex: 'half' } as RequestInit);
    await expect(readBody(request, 100)).rejects.toMatchObject({ code: 'body_too_large' });
    await new Promise(setImmediate);
    expect(pulled).toBeLessThan(15);
  });

  it('is incomplete when a Request breaks', async () => {
    const cause = new Error('reset');
    const body = new ReadableStream({ pull: (controller) => controller.error(cause) });
    const request = new Request('https://app.test/', { method: 'POST', body, duplex: 'half' } as RequestInit);
    await expect(readBody(request, 100)).rejects.toMatchObject({ code: 'body_incomplete', cause });
  });

  it('cannot be had from a Request that somebody reads', async () => {
    const request = new Request('https://app.test/', { method: 'POST', body: text });
    request.body?.getReader();
    await expect(readBody(request, 100)).rejects.toThrow(/was read before/);
  });
});
