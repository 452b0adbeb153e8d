import { parseTargetUrl } from '#src/domain/egress/target-url.ts';

/** A joined URL, or the rule that the path breaks, to follow the name of its field. */
export type JoinedUrl = { ok: true; href: string } | { ok: false; rule: string };

/**
 * Joins the base URL of an upstream, which has no slash at its end, and a path with its query. The URL is always below the
 * base URL, also for a server that decodes the path once more.
 */
export function joinPath(baseUrl: string, path: string): JoinedUrl {
  if (!path.startsWith('/')) return { ok: false, rule: 'must begin with "/".' };
  if (path.startsWith('//') || path.includes('\\'))
    return { ok: false, rule: 'must not begin with "//" and must not hold "\\".' };
  const parsed = parseTargetUrl(baseUrl + path);
  if (!parsed.ok) return { ok: false, rule: `does not go with the base URL. ${parsed.message}` };
  const { href, pathname } = parsed.url;
  if (!isBelow(href, baseUrl) || hasParentSegment(pathname))
    return { ok: false, rule: 'must not lead above the base URL of the upstream.' };
  return { ok: true, href };
}

/** Returns true if a URL is the base URL itself, or below it. Both are as the URL parser writes them. */
export function isBelow(href: string, baseUrl: string): boolean {
  return href === baseUrl || href.startsWith(`${baseUrl}/`) || href.startsWith(`${baseUrl}?`);
}

/** Returns the base URL as it is stored: without slashes at its end. */
export function withoutSlash(href: string): string {
  return href.replace(/\/+$/, '');
}

/** Returns true if a path has a segment `..` once its encoded characters are decoded. Some servers read `..;x` as one. */
function hasParentSegment(pathname: string): boolean {
  const decoded = pathname.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  return /(?:^|[/\\])\.\.(?:;[^/\\]*)?(?:[/\\]|$)/.test(decoded);
}
