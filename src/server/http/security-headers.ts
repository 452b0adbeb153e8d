import { randomBytes } from 'node:crypto';

/** For whatever is no page of the dashboard: a browser that is led to it shows it as text, or not at all. */
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

/** What holds for a page and its files alike. */
const alwaysForPages: Record<string, string> = {
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': unused.map((feature) => `${feature}=()`).join(', '),
};

/** A new one for each page: 128 bits that nothing in the page can have known beforehand. */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/**
 * Scripts run only by the page's nonce, or when such a script has loaded them; styles come from our files or carry the nonce.
 * Style attributes stay allowed: widths, positions and colours of bars are written so on the server, and an attribute can
 * neither select nor load anything.
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

/** The page whose address holds a secret: that of an invitation's link. */
const joinPage = '/join';

/**
 * `nonce`: null for files, which need no policy; a worker must not be bound to the one of a page. `path` is without the
 * query.
 */
export function pageHeaders(nonce: string | null, path: string): Record<string, string> {
  const always = path === joinPage ? { ...alwaysForPages, 'referrer-policy': 'no-referrer' } : alwaysForPages;
  return nonce === null ? always : { ...always, 'content-security-policy': contentSecurityPolicy(nonce) };
}
