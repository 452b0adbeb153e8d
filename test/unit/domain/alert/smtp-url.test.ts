import { expect, it } from 'vitest';
import { parseSmtpUrl } from '#src/domain/alert/smtp-url.ts';

it.each([
  ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, secure: false, auth: null }],
  ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, secure: true, auth: null }],
  [
    'smtp://me%40example.com:p%25%2Fs@[fd00::9]:25',
    { host: 'fd00::9', port: 25, secure: false, auth: { user: 'me@example.com', pass: 'p%/s' } },
  ],
])('%s names a server', (text, server) => {
  expect(parseSmtpUrl(text)).toEqual(server);
});

it.each(['https://mail.example.com', 'mail.example.com', 'smtp://', 'smtp://u:pa%ss@mail', 'smtp://u%:p@mail'])(
  '%s names none',
  (text) => {
    expect(parseSmtpUrl(text)).toBeNull();
  },
);
