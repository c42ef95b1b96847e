import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedServer, stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { query } from '../support/database.ts';
import { useFolders, writeFiles } from '../support/lab.ts';
import { withDatabaseName } from '../support/server.ts';
import { goodFiles, type Outcome, runElute, useLabs } from './run-elute.ts';

const makeLab = useLabs();
const makeFolder = useFolders();
const password = 's3cret';

/** A server of our own, since its roles and its way of logging in are changed. */
const directory = mkdtempSync(join(tmpdir(), 'elute-faults-'));
let owner = '';

beforeAll(async () => {
  owner = await startEmbeddedServer(directory);
  await query(owner, 'create database bare');
  await query(owner, `create role lab login password '${password}'`);
  await query(owner, 'create role guest login');
  await query(owner, 'create role reader login');
  await query(owner, 'grant create on database bare to reader');
  await query(owner, 'alter role reader set default_transaction_read_only = on');
  await query(owner, 'create role latecomer login connection limit 0');
  const rules = join(directory, 'postgres', 'data', 'pg_hba.conf');
  writeFileSync(rules, `local all lab scram-sha-256\n${readFileSync(rules, 'utf8')}`);
  await query(owner, 'select pg_reload_conf()');
});

afterAll(async () => {
  await stopEmbeddedServer(directory);
  rmSync(directory, { recursive: true });
});

/** The address of our server for another role and database. */
function addressFor(login: string, database = 'bare'): string {
  return withDatabaseName(owner, database).replace('//elute@', `//${login}@`);
}

const faults: [string, () => string, RegExp][] = [
  [
    'a closed port',
    () => `postgresql://lab:${password}@127.0.0.1:1/lab`,
    /server 127\.0\.0\.1:1\/lab cannot be reached\. Check that it runs and that its address is right\.$/,
  ],
  [
    'an unknown host',
    () => `postgresql://lab:${password}@no-such-host.invalid/lab`,
    /server no-such-host\.invalid\/lab cannot be reached\./,
  ],
  [
    'a missing socket',
    () => `postgresql://lab:${password}@/lab?host=/tmp/no-such-folder`,
    /server \/tmp\/no-such-folder\/lab cannot be reached\./,
  ],
  [
    'a wrong password',
    () => addressFor(`lab:not-${password}`),
    /refused the login\. Check user name and password \(DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD\)\.$/,
  ],
  ['no password', () => addressFor('lab'), /refused the login\./],
  ['an unknown user', () => addressFor(`nobody:${password}`), /refused the login\./],
  [
    'an unknown database',
    () => addressFor(`lab:${password}`, 'missing'),
    /has no database of that name\. Create it, or correct its address \(DATABASE_URL\)\.$/,
  ],
  [
    'a user without the right to create a schema',
    () => addressFor(`lab:${password}`),
    /does not let this user do that\. Grant the right to create a schema in the database, or to use the schema elute\.$/,
  ],
  [
    'a read-only server',
    () => addressFor('reader'),
    /is read-only, such as a standby\. Name the primary/,
  ],
  [
    'no connection left',
    () => addressFor('latecomer'),
    /has no connection left for us\. Try again later/,
  ],
  [
    'a missing certificate',
    () => `postgresql://lab:${password}@localhost/lab?sslrootcert=/no-such-file.pem`,
    /The address of the PostgreSQL server cannot be used: ENOENT.*no-such-file\.pem'\. Correct its sslmode/,
  ],
];

test.each(faults)('%s', async (_, address, message) => {
  const env = { DATABASE_URL: address() };
  expectFault(await runElute(['database', 'migrate'], { cwd: makeFolder(), env }), message);
});

test('the same while loading, after the lines of progress', async () => {
  const cwd = makeFolder();
  writeFiles(cwd, goodFiles);
  const { exitCode, stdout, stderr } = await runElute(['load', '.'], {
    cwd,
    env: { DATABASE_URL: `postgresql://lab:${password}@127.0.0.1:1/lab` },
  });
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toMatchInlineSnapshot(`
    "Looking at the files
    elute: The PostgreSQL server 127.0.0.1:1/lab cannot be reached. Check that it runs and that its address is right.
    "
  `);
});

test('a user who may not read the schema', async () => {
  await query(owner, 'create database filled');
  const cwd = makeFolder();
  const run = (login: string, ...args: string[]) =>
    runElute(args, { cwd, env: { DATABASE_URL: addressFor(login, 'filled') } });
  expect(await run('elute', 'database', 'migrate')).toMatchObject({ exitCode: 0 });
  expectFault(await run('guest', 'features'), /does not let this user do that\./);
  await query(addressFor('elute', 'filled'), 'grant usage on schema elute to guest');
  await query(addressFor('elute', 'filled'), 'grant select on all tables in schema elute to guest');
  expect(await run('guest', 'features')).toMatchObject({ exitCode: 0 });
});

test.each([['load', '.'], ['features'], ['database', 'migrate']])(
  'a schema newer than the program: %s',
  async (...args) => {
    const { run, url } = await makeLab(goodFiles);
    await query(url, `insert into elute.migrations (version, name) values (9999, 'future')`);
    const { exitCode, stdout, stderr } = await run(...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /elute: The schema on \S+\/DATABASE is version 9999; this program knows \d+ at most\. Install a newer Elute\.\n$/,
    );
  },
);

test.each<[string, (socket: Socket) => void, RegExp]>([
  [
    'offers no encryption',
    (socket) => socket.once('data', () => socket.end('N')),
    /does not offer the encryption its address asks for/,
  ],
  ['hangs up', (socket) => socket.once('data', () => socket.destroy()), /closed the connection;/],
])('a server that %s', async (_, answer, message) => {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const port = String(Object(server.address()).port);
    const env = { DATABASE_URL: `postgresql://lab:${password}@127.0.0.1:${port}/lab?ssl=true` };
    expectFault(await runElute(['loads'], { cwd: makeFolder(), env }), message);
  } finally {
    server.close();
  }
});

/** One line on stderr without a stack trace, and the password nowhere. */
function expectFault({ exitCode, stdout, stderr }: Outcome, message: RegExp): void {
  expect(stderr).toMatch(/^elute: [^\n]+\n$/);
  expect(stderr.trimEnd()).toMatch(message);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).not.toContain(password);
}
