import pg from 'pg';
import { expect, it } from 'vitest';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';

const failure = (code: string) => Object.assign(new pg.DatabaseError('refused', 7, 'error'), { code });

it.each([
  ['a serialization failure', '40001'],
  ['a deadlock', '40P01'],
  ['a server that is shutting down', '57P01'],
  ['a statement that took too long', '57014'],
  ['a transaction that was idle for too long, because this process stood still', '25P03'],
  ['a transaction that took too long', '25P04'],
  ['too many connections', '53300'],
])('after %s the same may succeed in a moment', (_what, code) => {
  expect(sqlErrorKind(failure(code))).toBe('again');
});

it.each([
  ['no route to the server', { code: 'ENETUNREACH', syscall: 'connect' }],
  ['a network that is down', { code: 'ENETDOWN', syscall: 'connect' }],
  ['a machine that is down', { code: 'EHOSTDOWN', syscall: 'connect' }],
  ['no free port', { code: 'EADDRNOTAVAIL', syscall: 'connect' }],
  ['too many open files', { code: 'EMFILE', syscall: 'connect' }],
  ['a socket that is not there while the server restarts', { code: 'ENOENT', syscall: 'connect' }],
  [
    'a socket that may not be used before its server has set its rights',
    { code: 'EACCES', syscall: 'connect', path: '/s' },
  ],
  ['too many open files of this process', { code: 'EMFILE', syscall: 'open', path: '/data/file' }],
  ['a name that is not resolved', { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }],
  ['a server that does not answer a connection in time', {}, 'timeout expired'],
  ['a connection that breaks while it is being encrypted', {}, 'There was an error establishing an SSL connection'],
])('after %s the same may succeed in a moment, too', (_what, of, message = 'connect') => {
  expect(sqlErrorKind(Object.assign(new Error(message), of))).toBe('again');
});

it.each([
  ['a row that is not unique', '23505', 'data'],
  ['a text that cannot be stored', '22021', 'data'],
  ['a table that is missing', '42P01', 'other'],
  ['a statement in a transaction that has failed', '25P02', 'other'],
])('after %s it would not', (_what, code, kind) => {
  expect(sqlErrorKind(failure(code))).toBe(kind);
});

it.each([
  ['may not be written', { code: 'EACCES', syscall: 'open', path: '/data/file' }],
  ['lies on a disk that is only read', { code: 'EROFS', syscall: 'mkdir', path: '/data' }],
  ['lies below a file', { code: 'ENOTDIR', syscall: 'open', path: '/file/data' }],
  ['is a folder', { code: 'EISDIR', syscall: 'read' }],
  ['is not there', { code: 'ENOENT', syscall: 'open', path: '/data/file' }],
  ['has no room left', { code: 'ENOSPC', syscall: 'write' }],
])('after a file that %s it would not', (_what, of) => {
  expect(sqlErrorKind(Object.assign(new Error(of.code), of))).toBe('other');
});
