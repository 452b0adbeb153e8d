import { isSecretParameter } from './secret-names.ts';

const shown = '********';

/**
 * Returns the URL with the values of these query parameters masked and everything else unchanged. Names are compared
 * after decoding, in any case. Only named parameters are masked; even a signature is not masked by itself.
 */
export function maskUrlQuery(url: string, names: readonly string[]): string {
  const start = url.indexOf('?');
  if (names.length === 0 || start < 0) return url;
  const end = url.indexOf('#', start);
  const query = url.slice(start + 1, end < 0 ? undefined : end);
  const wanted = lowerCase(names);
  const masked = query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals >= 0 && wanted.has(decoded(pair.slice(0, equals)).toLowerCase())
      ? `${pair.slice(0, equals)}=${shown}`
      : pair;
  });
  return url.slice(0, start + 1) + masked.join('&') + (end < 0 ? '' : url.slice(end));
}

/**
 * Returns text with the values of these parameters masked in every URL that it holds, whole or relative. It is for
 * response headers such as Location, Link and Refresh.
 */
export function maskParameters(text: string, names: readonly string[]): string {
  if (names.length === 0 || !text.includes('=')) return text;
  const wanted = lowerCase(names);
  return text.replace(/([?&])([^=?&#\s"'<>]*)=[^&#\s"'<>]*/g, (pair, before: string, name: string) =>
    wanted.has(decoded(name).toLowerCase()) ? `${before}${name}=${shown}` : pair,
  );
}

/**
 * Returns the names of the parameters that are masked in the URL of a callback or an endpoint, in lower case: those
 * given, and those whose name says that they hold a credential.
 */
export function secretParameters(url: string, names: readonly string[] = []): string[] {
  const known = pairsOf(url)
    .map(([name]) => name)
    .filter(isSecretParameter);
  return [...lowerCase([...names, ...known])];
}

/** Returns the names of the parameters that are masked in a URL as it is shown, in lower case. */
export function maskedParameters(shownUrl: string): string[] {
  const masked = pairsOf(shownUrl).filter(([, value]) => value === shown);
  return [...lowerCase(masked.map(([name]) => name))];
}

/** Returns the values of these parameters, as they are written in the URL and, if that differs, decoded. */
export function queryValues(url: string, names: readonly string[]): string[] {
  const wanted = lowerCase(names);
  return pairsOf(url)
    .filter(([name, value]) => value !== '' && wanted.has(name.toLowerCase()))
    .flatMap(([, value]) => [...new Set([value, decoded(value)])]);
}

/** Returns the query parameters of a URL that have a value: the decoded name, and the value as it is written. */
export function pairsOf(url: string): [name: string, value: string][] {
  const start = url.indexOf('?');
  if (start < 0) return [];
  return (url.slice(start + 1).split('#', 1)[0] ?? '')
    .split('&')
    .filter((pair) => pair.includes('='))
    .map((pair) => [decoded(pair.slice(0, pair.indexOf('='))), pair.slice(pair.indexOf('=') + 1)]);
}

/** Returns a name or value of a query decoded. One that is not well-formed is returned with its `+` as spaces only. */
export function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function lowerCase(names: readonly string[]): Set<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}
