import fc from 'fast-check';
import { parse } from 'pg-connection-string';
import { expect, test } from 'vitest';
import { addLogin, makeDatabaseAddress } from '../../src/database/address.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';

test.each([
  ['postgresql://db/lab', 'postgresql://ada:s3@db/lab'],
  ['postgresql://bo@db/lab', 'postgresql://bo:s3@db/lab'],
  ['postgresql://bo:own@db/lab', 'postgresql://bo:own@db/lab'],
  ['postgresql://:own@db/lab', 'postgresql://ada:own@db/lab'],
  ['postgres://bo@db:5433/lab?sslmode=require', 'postgres://bo:s3@db:5433/lab?sslmode=require'],
  ['postgresql://user', 'postgresql://ada:s3@user'],
  ['postgresql:///lab?host=/run/pg', 'postgresql://ada:s3@/lab?host=/run/pg'],
  ['postgresql://bo@/lab?host=/run/pg', 'postgresql://bo:s3@/lab?host=/run/pg'],
  ['postgresql://db/lab?user=bo', 'postgresql://:s3@db/lab?user=bo'],
  ['postgresql://bo@db/lab?password=own', 'postgresql://bo@db/lab?password=own'],
])('%s', (address, whole) => {
  expect(addLogin(address, 'ada', 's3')).toBe(whole);
});

test('without a login of its own an address stays as it is', () => {
  for (const address of ['postgresql://db/lab', 'postgresql://bo@db/lab?options=-c a=b'])
    expect(addLogin(address)).toBe(address);
});

test('any user and password arrive as they are', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const addresses = ['postgresql://db:5433/lab', 'postgresql:///lab?options=-c geqo=off'];
  fc.assert(
    fc.property(fc.constantFrom(...addresses), name, name, (address, user, password) => {
      const { host, port, database } = parse(address);
      expect(parse(addLogin(address, user, password))).toMatchObject({
        user,
        password,
        host,
        port,
        database,
      });
    }),
  );
});

test('all parts are read again together', async () => {
  let round = 1;
  const part = (text: string) => ({
    read: async () => `${text}${round}`,
    refresh: async () => `${text}${++round}`,
  });
  const address = makeDatabaseAddress({
    url: makeFixedSecret('postgresql://db/lab'),
    password: part('s'),
  });
  expect(await address.read()).toBe('postgresql://:s1@db/lab');
  expect(await address.refresh()).toBe('postgresql://:s2@db/lab');
});
