import { describe, expect, it } from 'vitest';
import { startErrorOf } from '#src/cli/failure/explain-failure.ts';
import { StartError } from '#src/cli/start-error.ts';
import { ConfigError } from '#src/config.ts';
import { SealError } from '#src/store/seal/cipher.ts';

const databaseUrl = 'postgresql://somebody:hunter2@db.example/shop';
const config = { databaseUrl, dataDir: '/srv/ringback' };
const failure = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);

describe('why a start failed', () => {
  it.each([
    [failure('terminating connection', { code: '57P01' }), 'alone'],
    [failure('read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }), 'alone'],
    [failure('connect ENOENT /run/.s.PGSQL.5432', { code: 'ENOENT', syscall: 'connect' }), 'alone'],
    [failure('Connection terminated unexpectedly'), 'alone'],
    [failure('sorry, too many clients already', { code: '53300' }), 'alone'],
    [failure('password authentication failed', { code: '28P01' }), 'never'],
    [failure('permission denied for table job', { code: '42501' }), 'never'],
  ] as const)('is the database, and may pass or not: %s', (error, passes) => {
    const explained = startErrorOf(error, config);
    expect(explained).toBeInstanceOf(StartError);
    expect(explained).toMatchObject({ passes, cause: error });
    expect(String(explained)).toContain(`The database db.example:5432/shop cannot be used: ${error.message}. `);
  });

  it.each([
    failure('syntax error', { code: '42601' }),
    failure('EISDIR: illegal operation on a directory, read', { code: 'EISDIR', syscall: 'read' }),
    failure("ENOENT: no such file or directory, open 'x'", { code: 'ENOENT', syscall: 'open' }),
    new TypeError('x is not a function'),
    new ConfigError(['PORT is wrong']),
    new StartError('Port 4600 is taken.'),
  ])('is left as it is when it is something else: %s', (error) => {
    expect(startErrorOf(error, config)).toBe(error);
  });

  it('is left as it is without a database of the settings', () => {
    const error = failure('terminating connection', { code: '57P01' });
    expect(startErrorOf(error, { ...config, databaseUrl: undefined })).toBe(error);
  });

  it('is told without the password, wherever it stands', () => {
    const error = failure(`connect to ${databaseUrl} with hunter2 failed`, { code: 'ECONNREFUSED' });
    expect(String(startErrorOf(error, config))).not.toContain('hunter2');
  });

  it('names the table that a role may not use, and the right that it lacks', () => {
    const cureOf = (message: string, fields: object = {}) =>
      String(startErrorOf(failure(message, { code: '42501', ...fields }), config));
    expect(cureOf('must be owner of table job')).toContain('Make "somebody" the owner');
    expect(cureOf('permission denied for schema public')).toContain('Grant "somebody" create on the database');
    expect(cureOf('permission denied for database "shop"', { severity: 'FATAL' })).toContain('connect on the database');
  });

  it('is an encryption key, with what helps', () => {
    const error = new SealError('no encryption key "a" in RINGBACK_ENCRYPTION_KEYS');
    expect(String(startErrorOf(error, config))).toBe(
      'StartError: No encryption key "a" in RINGBACK_ENCRYPTION_KEYS. Put the missing key behind the first one in ' +
        'RINGBACK_ENCRYPTION_KEYS, or the secrets.json of that time into /srv/ringback.',
    );
  });
});
