import { isIP, type Socket } from 'node:net';

/** The proxy cannot be reached, or does not open a tunnel. Nothing was sent to the target. */
export class ProxyError extends Error {
  override name = 'ProxyError';
}

const mostHeadBytes = 16 * 1024;

/**
 * Asks a proxy, over a connection that is open, for a tunnel to a checked address. The proxy is given the address and
 * not the name, so it cannot resolve the name anew. Afterwards the socket leads to the target.
 */
export function openTunnel(socket: Socket, address: string, port: string, authorization: string | null): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const place = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
  let head = Buffer.alloc(0);
  const done = (error: Error | null) => {
    socket.off('readable', read);
    socket.off('end', ended);
    socket.off('error', done);
    socket.off('close', ended);
    if (error === null) return resolve();
    socket.destroy();
    reject(error);
  };
  const ended = () => done(new ProxyError('The egress proxy closed the connection before it opened a tunnel'));
  const read = () => {
    for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0 && head.byteLength <= mostHeadBytes) continue;
      const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(head.toString('latin1', 0, 32))?.[1];
      if (end < 0 || status === undefined) return done(new ProxyError('The egress proxy does not answer as one'));
      if (!status.startsWith('2'))
        return done(new ProxyError(refusals[status] ?? `The egress proxy answered ${status}`));
      const rest = head.subarray(end + 4);
      done(null);
      if (rest.byteLength > 0) socket.unshift(rest);
      return;
    }
  };
  socket.on('readable', read);
  socket.on('end', ended);
  socket.on('error', done);
  socket.on('close', ended);
  const credentials = authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${credentials}\r\n`);
  return promise;
}

const refusals: Record<string, string> = {
  '403': 'The egress proxy does not allow this target (403)',
  '407': 'The egress proxy wants other credentials (407)',
  '502': 'The egress proxy could not reach the target (502)',
  '503': 'The egress proxy could not reach the target (503)',
  '504': 'The egress proxy got no answer from the target (504)',
};
