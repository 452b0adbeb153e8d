/** Returns scheme, host and port of a URL as the URL parser writes it. It need not parse the URL again. */
export function urlOrigin(url: string): string {
  const pathAt = url.indexOf('/', url.indexOf('//') + 2);
  return pathAt < 0 ? url : url.slice(0, pathAt);
}
