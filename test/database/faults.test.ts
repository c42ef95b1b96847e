import { expect, test } from 'vitest';
import { nameServer, translateDatabaseError } from '../../src/database/faults.ts';
import { EluteError } from '../../src/errors.ts';

function makeError(properties: object, message = ''): Error {
  return Object.assign(new Error(message), properties);
}

test.each([
  ['a refused connection', makeError({ code: 'ECONNREFUSED' }), 'database_unreachable'],
  [
    'a host with two addresses',
    new AggregateError([makeError({ code: 'ECONNREFUSED' }), makeError({ code: 'ECONNREFUSED' })]),
    'database_unreachable',
  ],
  [
    'a server that does not answer',
    new Error('Connection terminated due to connection timeout'),
    'database_unreachable',
  ],
  ['a server that starts', makeError({ code: '57P03' }), 'database_unreachable'],
  ['a server that went', new Error('Connection terminated unexpectedly'), 'connection_lost'],
  ['a server that was stopped', makeError({ code: '57P01' }), 'connection_lost'],
  ['a full disk', makeError({ code: '53100' }), 'disk_full'],
  ['a certificate of its own', makeError({}, 'self-signed certificate'), 'database_unreachable'],
])('%s', (_, error, code) => {
  expect(translateDatabaseError(error, 'db/lab')).toMatchObject({
    code,
    message: expect.stringMatching(/^The PostgreSQL server db\/lab .*\.$/),
    cause: error,
  });
});

test.each([
  ['a fault of a statement', makeError({ code: '42601' })],
  ['a fault of a file', makeError({ code: 'ENOENT', path: '/lab/users.csv' })],
  ['an error with a sentence of its own', new EluteError('disk_full', 'The disk is full.')],
  ['what is no error', 'text'],
])('%s stays as it is', (_, error) => {
  expect(translateDatabaseError(error, 'db/lab')).toBe(error);
});

test.each([
  ['postgresql://user:secret@host:5433/lab', 'host:5433/lab'],
  ['postgresql:///lab', 'localhost/lab'],
  ['postgresql://user@/lab?host=/run/postgresql', '/run/postgresql/lab'],
])('names %s', (url, name) => {
  expect(nameServer(url)).toBe(name);
});
