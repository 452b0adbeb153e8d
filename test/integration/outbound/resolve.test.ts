import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { makeLookup } from '#src/outbound/resolve.ts';
import { startTarget } from '#test/support/target-server.ts';
import { allowing, as, closing, sender } from './sending.ts';

type Question = { name: string; type: number };

/** A DNS server on loopback: `answer` gives the addresses of a name, or null to stay silent. */
async function startDns(answer: (question: Question) => string[] | null) {
  const socket = createSocket('udp4');
  const questions: Question[] = [];
  socket.on('message', (query, from) => {
    const { question, end } = readQuestion(query);
    questions.push(question);
    const addresses = answer(question);
    if (addresses === null) return;
    const records = addresses.map((address) => {
      const bytes = address.split('.').map(Number);
      return Buffer.from([0xc0, 0x0c, 0, question.type, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]);
    });
    const header = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, records.length, 0, 0, 0, 0]);
    socket.send(Buffer.concat([header, query.subarray(12, end), ...records]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const close = () => new Promise<void>((resolve) => socket.close(() => resolve()));
  return closing({ server: `127.0.0.1:${socket.address().port}`, questions, close });
}

function readQuestion(query: Buffer): { question: Question; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { question: { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1) }, end: at + 5 };
}

const typeA = 1;

describe('looking up names', () => {
  it('asks for both families, once for everyone who wants to know, and keeps the answer a moment', async () => {
    const dns = await startDns(({ type }) => (type === typeA ? ['127.0.0.1', '127.0.0.2'] : []));
    const lookup = makeLookup([dns.server]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => lookup('api.example')));
    expect(answers).toEqual(Array.from({ length: 20 }, () => ['127.0.0.1', '127.0.0.2']));
    await lookup('api.example');
    expect(dns.questions.map(({ type }) => type).sort()).toEqual([1, 28]);
  });

  it('finds localhost without DNS', async () => {
    const dns = await startDns(() => null);
    expect(await makeLookup([dns.server])('localhost')).toContain('127.0.0.1');
    expect(dns.questions).toEqual([]);
  });

  it('is not held up by 200 names that hang', async () => {
    const target = closing(await startTarget());
    const { port } = new URL(target.url);
    const dns = await startDns(({ name, type }) =>
      name.startsWith('hangs') ? null : type === typeA ? ['127.0.0.1'] : [],
    );
    const send = sender({ egress: allowing('127.0.0.1', 'localhost'), lookup: makeLookup([dns.server]) });
    // In two lots: more at once than the server's socket buffer holds would be lost, and not only theirs.
    const hanging: Promise<Outcome>[] = [];
    for (const lot of [1, 2]) {
      const names = Array.from({ length: 100 }, (_, n) => `hangs-${lot}-${n}.example`);
      hanging.push(...names.map((name) => send(`http://${name}/`, { timeoutMs: 3_000 })));
      await expect.poll(() => dns.questions.length, { interval: 10, timeout: 4_000 }).toBe(lot * 200);
    }
    let ended = 0;
    for (const one of hanging) void one.then(() => (ended += 1));
    for (let n = 0; n < 20; n += 1) as('response', await send(`http://api-${n}.example:${port}/json`));
    as('response', await send(`http://localhost:${port}/json`));
    expect(ended).toBe(0);
    const outcomes = await Promise.all(hanging);
    // The resolver gives up soon after, which a busy machine may see first.
    for (const outcome of outcomes)
      expect(outcome).toMatchObject(outcome.kind === 'timeout' ? { phase: 'connect' } : { code: 'dns_error' });
  });
});
