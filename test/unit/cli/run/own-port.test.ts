import { expect, it } from 'vitest';
import { portErrorOf } from '#src/cli/run/own-port.ts';
import { StartError } from '#src/cli/start-error.ts';

const place = { host: 'here.example', port: 4600, setting: 'PORT' } as const;
const failure = (code: string, syscall: string, hostname?: string) =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall, hostname });

it.each([
  failure('EADDRNOTAVAIL', 'listen'),
  failure('EAFNOSUPPORT', 'listen'),
  failure('EINVAL', 'listen'),
  failure('ENOTFOUND', 'getaddrinfo', 'here.example'),
  failure('EAI_AGAIN', 'getaddrinfo', 'here.example'),
])('an address that cannot be listened on is no address of this machine: %s', (error) => {
  const explained = portErrorOf(error, place);
  expect(explained).toBeInstanceOf(StartError);
  expect(String(explained)).toContain('here.example is no address of this machine. Set RINGBACK_HOST to one');
});

it.each([
  failure('EAI_AGAIN', 'getaddrinfo', 'db.example'),
  failure('EINVAL', 'open'),
  failure('EADDRNOTAVAIL', 'connect'),
])('what is not about listening is left as it is: %s', (error) => {
  expect(portErrorOf(error, place)).toBe(error);
});
