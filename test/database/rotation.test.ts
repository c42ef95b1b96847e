import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openLoadFeed } from '../../src/api/load-feed.ts';
import { makeDatabaseAddress } from '../../src/database/address.ts';
import { type Database, openDatabase } from '../../src/database/connection.ts';
import { explainRefusal } from '../../src/database/faults.ts';
import { EluteError } from '../../src/errors.ts';
import { addJob, prepareQueue, runQueue } from '../../src/jobs/queue.ts';
import { makeSecret, makeSecretStore } from '../../src/secrets/make-secret.ts';
import { makeFixedSecret, type Secret } from '../../src/secrets/secret.ts';
import { query } from '../support/database.ts';
import { useFolders, writeFiles } from '../support/lab.ts';
import { type LoginServer, startLoginServer } from '../support/login-server.ts';

const makeFolder = useFolders();
let server: LoginServer;
const open: Database[] = [];

beforeAll(async () => {
  server = await startLoginServer('first');
});

beforeEach(async () => {
  for (const user of ['ada', 'bo']) await server.administer(`alter role ${user} password 'first'`);
});

afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

afterAll(() => server.remove());

interface Login {
  readonly user: string;
  readonly password: string;
}

/** An address whose login lies in files, as Docker and Kubernetes put it there. */
function makeAddress(): { address: Secret; write: (login: Login) => void } {
  const folder = makeFolder();
  const write = (login: Login) => void writeFiles(folder, { ...login });
  write({ user: 'ada', password: 'first' });
  const part = (name: string) =>
    makeSecret(
      { place: name, path: `${folder}/${name}` },
      { rule: 'must be a text', parse: (text) => text || undefined },
      makeSecretStore(),
    );
  const url = makeFixedSecret(server.lab);
  return {
    address: makeDatabaseAddress({ url, user: part('user'), password: part('password') }),
    write,
  };
}

async function openLab(address: Secret): Promise<Database> {
  const database = await openDatabase(address);
  open.push(database);
  return database;
}

const ask = async (database: Database) => {
  const [row] = await database.query<{ user: string }>('select session_user as user');
  return row?.user;
};

const refused = expect.objectContaining({ code: 'database_login_failed' });

test('a changed password: what is open goes on, new connections take the new one', async () => {
  const { address, write } = makeAddress();
  const database = await openLab(address);
  await database.withClient(async (client) => {
    const { rows: before } = await client.query('select pg_backend_pid() as id');
    await server.administer(`alter role ada password 'second'`);
    write({ user: 'ada', password: 'second' });
    const users = await Promise.all(
      [1, 2, 3].map(() =>
        database.withClient(async (other) => {
          const { rows } = await other.query('select session_user as user, pg_sleep(0.05)');
          return rows[0].user;
        }),
      ),
    );
    expect(users).toEqual(['ada', 'ada', 'ada']);
    expect((await client.query('select pg_backend_pid() as id')).rows).toEqual(before);
  });
});

test('a changed user: new connections are his', async () => {
  const { address, write } = makeAddress();
  const database = await openLab(address);
  expect(await ask(database)).toBe('ada');
  write({ user: 'bo', password: 'first' });
  expect(await ask(database)).toBe('ada');
  await server.administer(`alter role ada password 'second'`);
  await server.disconnect();
  await expect.poll(() => ask(database).catch(() => '')).toBe('bo');
});

test('while the secret is still the old one logins are refused; it recovers by itself', async () => {
  const { address, write } = makeAddress();
  const database = await openLab(address);
  await server.administer(`alter role ada password 'second'`);
  await server.disconnect();
  await expect.poll(() => ask(database).catch((error: unknown) => error)).toEqual(refused);
  await expect(ask(database)).rejects.toEqual(refused);
  write({ user: 'ada', password: 'second' });
  expect(await ask(database)).toBe('ada');
});

test('why a secret cannot be read again is for the log alone', async () => {
  const fixed = makeAddress().address;
  const database = await openLab({
    ...fixed,
    refresh: () => Promise.reject(new EluteError('secret_store_unreachable', 'No store.')),
  });
  await server.administer(`alter role ada password 'second'`);
  await server.disconnect();
  let error: unknown;
  await expect
    .poll(async () => {
      error = await ask(database).catch((reason: unknown) => reason);
      return error;
    })
    .toEqual(refused);
  expect(String(error)).not.toContain('No store.');
  expect(explainRefusal(error)).toBe('No store.');
});

test('a fault of another kind asks for no secret', async () => {
  let asked = 0;
  const read = async () => server.lab.replace('//', '//elute@').replace('/lab', '/absent');
  const refresh = () => {
    asked++;
    return read();
  };
  await expect(openDatabase({ read, refresh })).rejects.toMatchObject({
    code: 'database_missing',
  });
  expect(asked).toBe(0);
});

test('what listens for events of loads listens again with the new password', async () => {
  const { address, write } = makeAddress();
  const feed = openLoadFeed(await openLab(address));
  const listener = `select pid from pg_stat_activity where usename = 'ada' and query like 'listen %'`;
  const findListener = async () => (await query(server.owner, listener))[0]?.['pid'];
  await expect.poll(findListener, { timeout: 30_000 }).toBeTypeOf('number');
  const first = await findListener();
  await server.administer(`alter role ada password 'second'`);
  write({ user: 'ada', password: 'second' });
  await server.disconnect();
  await expect
    .poll(async () => [undefined, first].includes(await findListener()), { timeout: 30_000 })
    .toBe(false);
  await feed.close();
});

test('the queue goes on with the new password, also when it is opened again', async () => {
  const { address, write } = makeAddress();
  await prepareQueue(address, () => {});
  const database = await openLab(address);
  const done: unknown[] = [];
  const options = {
    address,
    concurrency: 2,
    log: () => {},
    tasks: { note: async (payload: unknown) => void done.push(payload) },
  };
  const send = (number: number) =>
    database.withClient((client) =>
      addJob(client, { task: 'note', payload: { number }, key: `${number}`, maxAttempts: 3 }),
    );
  const isDone = (number: number) =>
    expect.poll(() => done, { timeout: 30_000 }).toContainEqual({ number });
  const runner = await runQueue(options);
  await send(1);
  await isDone(1);
  await server.administer(`alter role ada password 'second'`);
  write({ user: 'ada', password: 'second' });
  await server.disconnect();
  await expect.poll(() => ask(database).catch(() => '')).toBe('ada');
  await send(2);
  await isDone(2);
  await runner.stop();
  await prepareQueue(address, () => {});
  const next = await runQueue(options);
  await send(3);
  await isDone(3);
  await next.stop();
});
