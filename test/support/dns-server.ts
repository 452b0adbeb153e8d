import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** One record of an answer. The time to live is 0 unless it is given. */
export type DnsRecord =
  | { a: string; ttl?: number; name?: string }
  | { aaaa: string; ttl?: number; name?: string }
  | { cname: string; ttl?: number; name?: string };

export type Question = { name: string; type: 'A' | 'AAAA' | 'other' };

/** What the server says: records, `nxdomain`, `servfail`, or null for silence. */
export type DnsAnswer = DnsRecord[] | 'nxdomain' | 'servfail' | null;

export type DnsServer = { server: string; questions: Question[]; close(): Promise<void> };

/** Starts a DNS server on loopback (UDP). Records of the other family than was asked for are left out of its answers. */
export async function startDnsServer(answer: (question: Question) => DnsAnswer): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const questions: Question[] = [];
  socket.on('message', (query, from) => {
    const { question, end } = readQuestion(query);
    questions.push(question);
    const said = answer(question);
    if (said === null) return;
    const code = said === 'nxdomain' ? 3 : said === 'servfail' ? 2 : 0;
    const records = typeof said === 'string' ? [] : said.filter((record) => isFor(record, question));
    const header = Buffer.from([...query.subarray(0, 2), 0x81, 0x80 | code, 0, 1, 0, records.length, 0, 0, 0, 0]);
    const body = records.map((record) => encode(record, question.name));
    socket.send(Buffer.concat([header, query.subarray(12, end), ...body]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const close = () => new Promise<void>((resolve) => socket.close(() => resolve()));
  return { server: `127.0.0.1:${socket.address().port}`, questions, close };
}

function isFor(record: DnsRecord, { type }: Question): boolean {
  return 'cname' in record || ('a' in record ? type === 'A' : type === 'AAAA');
}

function readQuestion(query: Buffer): { question: Question; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = { 1: 'A', 28: 'AAAA' }[query.readUInt16BE(at + 1)] ?? 'other';
  return { question: { name: labels.join('.').toLowerCase(), type: type as Question['type'] }, end: at + 5 };
}

function encode(record: DnsRecord, asked: string): Buffer {
  const [type, data] =
    'cname' in record
      ? [5, nameBytes(record.cname)]
      : 'a' in record
        ? [1, Buffer.from(record.a.split('.').map(Number))]
        : [28, sixBytes(record.aaaa)];
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(record.ttl ?? 0, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([nameBytes(record.name ?? asked), fixed, data]);
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function sixBytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
