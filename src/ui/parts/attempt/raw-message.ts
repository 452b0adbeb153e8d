/** Returns the first line and the headers of an HTTP message as text, as HTTP/1.1 writes them. */
export function rawHead(firstLine: string, headers: Record<string, string>): string {
  return [firstLine, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), ''].join('\n');
}

/** Returns a request as text: `POST /v1/x?y=1 HTTP/1.1`, with the host as the first header. */
export function rawRequest(method: string, url: string, headers: Record<string, string>): string {
  const match = /^[a-z]+:\/\/([^/?#]*)(.*)$/i.exec(url);
  const [, host = '', rest = ''] = match ?? [];
  const target = rest.startsWith('/') ? rest : `/${rest}`;
  return rawHead(`${method} ${match ? target : url} HTTP/1.1`, match ? { host, ...headers } : headers);
}
