import { randomBytes } from 'node:crypto';

/** Headers of responses that are not dashboard pages. A browser that opens such a response can run nothing in it. */
export const answerHeaders: readonly (readonly [name: string, value: string])[] = [
  ['content-security-policy', "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
];

const unused = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'microphone',
  'payment',
  'usb',
];

/** Headers of pages and of their files. */
const alwaysForPages: Record<string, string> = {
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': unused.map((feature) => `${feature}=()`).join(', '),
};

/** Returns a new nonce for each page: 128 random bits that no script in the page can know in advance. */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/**
 * Returns the policy of a page. A script runs only with the page's nonce, or when such a script has loaded it. Styles
 * come from our files or have the nonce. Style attributes are allowed: the server writes the widths, positions and
 * colours of bars that way, and an attribute can neither select nor load anything.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The page of an invitation link. Its URL contains a secret. */
const joinPage = '/join';

/**
 * Returns the headers of a page or file. `nonce` is null for files, which need no policy; a web worker must not get the
 * policy of a page. `path` has no query.
 */
export function pageHeaders(nonce: string | null, path: string): Record<string, string> {
  const always = path === joinPage ? { ...alwaysForPages, 'referrer-policy': 'no-referrer' } : alwaysForPages;
  return nonce === null ? always : { ...always, 'content-security-policy': contentSecurityPolicy(nonce) };
}
