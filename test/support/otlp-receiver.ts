import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as it came. Ids are hexadecimal. */
export type ReceivedSpan = {
  service: string;
  traceId: string;
  spanId: string;
  parentId: string;
  state: string;
  name: string;
  kind: number;
  attributes: Record<string, string | number | boolean>;
  links: { traceId: string; spanId: string }[];
  failed: boolean;
};

export type OtlpReceiver = {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  spans: ReceivedSpan[];
  /** Everything that came, as text, to look for what must not be in it. */
  said(): string;
  /** Headers of the last export. */
  headers(): Record<string, unknown>;
  close(): Promise<void>;
};

/** Starts a collector that takes OTLP over HTTP in protobuf, and decodes it. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: Buffer[] = [];
  let headers: Record<string, unknown> = {};
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const isTraces = request.method === 'POST' && request.url === '/v1/traces';
    if (!isTraces || request.headers['content-type'] !== 'application/x-protobuf')
      return void response.writeHead(404).end();
    headers = request.headers;
    bodies.push(body);
    spans.push(...spansOf(body));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    said: () => Buffer.concat(bodies).toString('latin1'),
    headers: () => headers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Field = { number: number; value: bigint | Buffer };

/** Splits a protobuf message into its fields. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = Number(varint());
    const wire = key & 7;
    if (![0, 1, 2, 5].includes(wire)) throw new Error(`the message is no protobuf: wire type ${wire}`);
    const value = wire === 0 ? varint() : bytes(wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()));
    fields.push({ number: key >> 3, value });
  }
  return fields;
}

function all(message: Buffer, number: number): Buffer[] {
  return fieldsOf(message).flatMap((field) =>
    field.number === number && Buffer.isBuffer(field.value) ? [field.value] : [],
  );
}

function first(message: Buffer, number: number): Buffer {
  return all(message, number)[0] ?? Buffer.alloc(0);
}

function numberOf(message: Buffer, number: number): number {
  const value = fieldsOf(message).find((field) => field.number === number)?.value;
  return typeof value === 'bigint' ? Number(value) : 0;
}

function attributesOf(message: Buffer, number: number): ReceivedSpan['attributes'] {
  const read = (value: Buffer) => {
    const [field] = fieldsOf(value);
    if (field === undefined) return '';
    if (typeof field.value === 'bigint') return field.number === 2 ? field.value === 1n : Number(field.value);
    return field.number === 4 ? field.value.readDoubleLE() : field.value.toString();
  };
  return Object.fromEntries(all(message, number).map((pair) => [first(pair, 1).toString(), read(first(pair, 2))]));
}

/** Reads an ExportTraceServiceRequest. The numbers are those of OpenTelemetry's `trace.proto`. */
function spansOf(body: Buffer): ReceivedSpan[] {
  return all(body, 1).flatMap((resourceSpans) => {
    const service = String(attributesOf(first(resourceSpans, 1), 1)['service.name']);
    const spans = all(resourceSpans, 2).flatMap((scopeSpans) => all(scopeSpans, 2));
    return spans.map((span) => ({
      service,
      traceId: first(span, 1).toString('hex'),
      spanId: first(span, 2).toString('hex'),
      parentId: first(span, 4).toString('hex'),
      state: first(span, 3).toString(),
      name: first(span, 5).toString(),
      kind: numberOf(span, 6),
      attributes: attributesOf(span, 9),
      links: all(span, 13).map((link) => ({
        traceId: first(link, 1).toString('hex'),
        spanId: first(link, 2).toString('hex'),
      })),
      failed: numberOf(first(span, 15), 3) === 2,
    }));
  });
}
