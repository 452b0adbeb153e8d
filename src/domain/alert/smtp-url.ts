/** The operator's SMTP server. */
export type SmtpServer = Readonly<{
  /** Name or address, without brackets. */
  host: string;
  port: number;
  /** True if the connection speaks TLS from the start. */
  secure: boolean;
  /** Its password is a secret. */
  auth: Readonly<{ user: string; pass: string }> | null;
}>;

/**
 * Reads the URL of an SMTP server: `smtp://host:port` or `smtps://host:port`, with or without `user:password@`. Returns
 * null for any other text, as for a user or a password with a `%` that begins no escape.
 */
export function parseSmtpUrl(text: string): SmtpServer | null {
  const url = URL.parse(text);
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') return null;
  const secure = url.protocol === 'smtps:';
  const auth = decode(url.username, url.password);
  if (auth === null) return null;
  return Object.freeze({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    auth: auth.user === '' ? null : auth,
  });
}

function decode(user: string, password: string): { user: string; pass: string } | null {
  try {
    return { user: decodeURIComponent(user), pass: decodeURIComponent(password) };
  } catch {
    return null;
  }
}
