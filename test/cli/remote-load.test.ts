import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { query } from '../support/database.ts';
import { csv, experimentsHeader, usersHeader, writeFiles } from '../support/lab.ts';
import {
  faultyFiles,
  goodFiles,
  type Lab,
  main,
  type Outcome,
  runElute,
  useLabs,
} from './run-elute.ts';

const makeLab = useLabs();

const running: ChildProcess[] = [];
// Registered last, so that it runs before the databases go.
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'close');
  }
});

interface Started {
  readonly child: ChildProcess;
  readonly printed: () => string;
  /** Waits until stdout or stderr holds a text. */
  readonly until: (text: string) => Promise<void>;
  readonly exit: Promise<number | null>;
}

function start(args: readonly string[], cwd: string, env: Record<string, string>): Started {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let printed = '';
  const exit = once(child, 'close').then(() => child.exitCode);
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => printed.includes(text) && resolve();
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', look);
      exit.then(() => reject(new Error(`ended without "${text}": ${printed}`)));
      look();
    });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      printed += chunk;
    });
  return { child, printed: () => printed, until, exit };
}

interface ServedLab extends Lab {
  readonly server: Started;
  readonly address: string;
  readonly token: string;
  /** Loads with the server. */
  readonly loadThere: (...args: string[]) => Promise<Outcome>;
  readonly startThere: (...args: string[]) => Started;
}

/** A lab beside a server that has a database and a folder of its own. */
async function makeServedLab(
  files: Readonly<Record<string, string>>,
  ...serveArgs: string[]
): Promise<ServedLab> {
  const lab = await makeLab(files);
  const there = await makeLab();
  const made = await there.run('token', 'create', 'robot', '--scope', 'write');
  const token = made.stdout.trim();
  const server = start(['serve', '--port', '0', ...serveArgs], there.folder, {
    DATABASE_URL: there.url,
  });
  await server.until('\n');
  await server.until('http://');
  const [address = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(server.printed()) ?? [];
  const env = { ELUTE_SERVER: address, ELUTE_TOKEN: token };
  return {
    ...lab,
    url: there.url,
    server,
    address,
    token,
    run: lab.run,
    loadThere: (...args) => runElute(['load', ...args], { cwd: lab.folder, env }),
    startThere: (...args) => start(['load', ...args], lab.folder, env),
  };
}

test('loads a folder with a server, and prints what a load here prints', async () => {
  const { run, loadThere, url } = await makeServedLab(goodFiles);
  const here = await run('load', '.');
  const there = await loadThere('.');
  expect(there).toEqual({
    exitCode: 0,
    stdout: here.stdout,
    stderr: expect.stringMatching(/^Sending the files\n/),
  });
  expect(await query(url, 'select count(*)::integer from elute.users')).toEqual([{ count: 3 }]);
  // The same files again: nothing to do.
  expect(await loadThere('.')).toMatchObject({
    exitCode: 0,
    stdout: (await run('load', '.')).stdout,
  });
});

test('ends with 3 where rows are rejected, and says how to get at them there', async () => {
  const { run, loadThere, address } = await makeServedLab(faultyFiles);
  const here = await run('load', '.');
  const there = await loadThere('.');
  expect([here.exitCode, there.exitCode]).toEqual([3, 3]);
  const [receipt] = here.stdout.split('See all:');
  expect(there.stdout.startsWith(receipt ?? 'none')).toBe(true);
  expect(there.stdout.slice(receipt?.length).replaceAll(address, 'ADDRESS')).toMatchInlineSnapshot(`
    "See all:  GET ADDRESS/api/v1/loads/1/rejects (and 1 warning)
    Mend:     GET ADDRESS/api/v1/loads/1/rejects?format=csv&file=FILE, correct it, elute load it --server ADDRESS
    "
  `);
});

test('prints the same JSON, besides who asked for it', async () => {
  const { run, loadThere } = await makeServedLab(faultyFiles);
  const here = JSON.parse((await run('load', '.', '--json')).stdout);
  const there = JSON.parse((await loadThere('.', '--json')).stdout);
  const { requestedBy, requestId, ...load } = there.load;
  expect(requestedBy).toMatch(/^robot/);
  expect(requestId).toEqual(expect.any(String));
  const times = { startedAt: expect.any(String), finishedAt: expect.any(String) };
  expect({ ...there, load }).toEqual({ ...here, load: { ...here.load, ...times } });
});

test('shows a plan, which the server then applies', async () => {
  const { run, loadThere, address, url } = await makeServedLab(goodFiles);
  const here = await run('load', '.', '--plan');
  const there = await loadThere('.', '--plan');
  expect(there.exitCode).toBe(0);
  expect(there.stdout.replace(` --server ${address}`, '')).toBe(here.stdout);
  expect(await query(url, 'select from elute.users')).toEqual([]);
  expect(await loadThere('--apply', '1')).toMatchObject({
    exitCode: 0,
    stdout: (await run('load', '--apply', '1')).stdout,
  });
  expect(await query(url, 'select count(*)::integer from elute.users')).toEqual([{ count: 3 }]);
});

test('ends with 4 where the server refuses, in the words of a load here', async () => {
  const { run, loadThere, url, address } = await makeServedLab({
    ...faultyFiles,
    'other.csv': 'a,b\n1,2\n',
  });
  const rejectsThere = new RegExp(`GET ${address}/api/v1/loads/\\d+/rejects`, 'g');
  const files = ['compounds.csv', 'experiments.csv', 'users.csv'];
  const cases = [
    ['other.csv'],
    [...files, '--on-reject', 'abort'],
    [...files, '--max-rejects', '20%'],
  ];
  for (const args of cases) {
    const here = await run('load', ...args);
    const there = await loadThere(...args);
    expect([here.exitCode, there.exitCode, there.stdout]).toEqual([4, 4, '']);
    expect(there.stderr.split('elute: ')[1]?.replaceAll(rejectsThere, 'REJECTS')).toBe(
      here.stderr.split('elute: ')[1]?.replaceAll(/elute rejects \d+/g, 'REJECTS'),
    );
  }
  expect(await query(url, 'select from elute.users')).toEqual([]);
});

test('options go along, and files of the same name keep apart', async () => {
  const { folder, loadThere } = await makeServedLab({});
  mkdirSync(join(folder, '2023'));
  mkdirSync(join(folder, '2024'));
  writeFiles(folder, {
    '2023/users.csv': csv(usersHeader, '1,Ada,ada@lab.example,03/04/2023'),
    '2024/users.csv': csv(usersHeader, '2,Bo,bo@lab.example,13/04/2024'),
    '2024/größe "1".csv': csv(experimentsHeader, '1,1,1,"2,5"'),
  });
  const { exitCode, stdout } = await loadThere(
    '2023',
    '2024',
    '--date-format',
    '%d/%m/%Y',
    '--decimal',
    'comma',
    '--features-only',
    '--json',
  );
  expect(exitCode).toBe(3);
  const { load } = JSON.parse(stdout);
  expect(load).toMatchObject({ featuresOnly: true });
  expect(load.files).toMatchObject([
    { path: '2023_users.csv', reading: { dateFormat: '%d/%m/%Y' }, counts: { computed: 1 } },
    { path: 'größe %221%22.csv', reading: { decimal: 'comma' }, counts: { rejected: 1 } },
    { path: '2024_users.csv', counts: { computed: 1 } },
  ]);
});

test('a wrong token, one that may not write, and none', async () => {
  const { loadThere, folder, address, url } = await makeServedLab(goodFiles);
  const load = (env: Record<string, string>, ...args: string[]) =>
    runElute(['load', '.', '--server', address, ...args], { cwd: folder, env });
  const wrong = await load({ ELUTE_TOKEN: `elute_1_${'x'.repeat(43)}` });
  expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
  expect(wrong.stderr).toContain('elute: The token is wrong, revoked or expired');
  const reader = await runElute(['token', 'create', 'reader'], {
    cwd: folder,
    env: { DATABASE_URL: url },
  });
  writeFiles(folder, { 'of-reader': reader.stdout, empty: '\n' });
  const denied = await load({ ELUTE_TOKEN: 'not used' }, '--token-file', 'of-reader');
  expect(denied).toMatchObject({ exitCode: 2, stdout: '' });
  expect(denied.stderr).toContain('elute: This needs the scope "write"');
  expect((await load({})).stderr).toBe(
    `elute: ${address} needs a token: set ELUTE_TOKEN, or name a file with --token-file.\n`,
  );
  expect(await load({}, '--token-file', 'empty')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'elute: --token-file (empty) must hold the text of a token, as "elute token create" prints it.\n',
  });
  expect((await load({ ELUTE_TOKEN_FILE: 'absent' })).stderr).toBe(
    'elute: The file absent of ELUTE_TOKEN_FILE cannot be read (ENOENT). Check its path, and who may read it.\n',
  );
  expect((await loadThere('absent.csv')).stderr).toBe(
    'elute: There is no file or folder absent.csv. Check the path.\n',
  );
});

test.each(['lab.example', 'ftp://lab.example', 'https://user:password@lab.example', ''])(
  '"%s" is no address of a server',
  async (address) => {
    const { run } = await makeLab(goodFiles);
    expect(await run('load', '.', '--server', address)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'elute: --server must be an address such as https://lab.example, without user and password.\n',
    });
  },
);

test('a server or a database, not both', async () => {
  const { run, url } = await makeLab(goodFiles);
  const both = await run('load', '.', '--server', 'https://lab.example', '--database', url);
  expect(both).toMatchObject({ exitCode: 2, stdout: '' });
  expect(both.stderr).toContain('Name a --server or a --database, not both');
});

test('a server that is away is tried again a few times', async () => {
  const { folder } = await makeLab(goodFiles);
  const port = await findFreePort();
  const outcome = await runElute(['load', '.', '--server', `http://127.0.0.1:${port}/`], {
    cwd: folder,
    env: { ELUTE_TOKEN: 'any' },
  });
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
  const message = `elute: The server http://127.0.0.1:${port} cannot be reached (ECONNREFUSED). Check --server, and that "elute serve" runs there.`;
  expect(outcome.stderr.split('\n').filter((line) => line.startsWith('elute:'))).toEqual([
    ...[1, 2, 4, 8].map((seconds) => `${message} Trying again in ${seconds} s.`),
    message,
  ]);
});

test('a token that would travel in the clear is warned of', async () => {
  const { folder } = await makeLab(goodFiles);
  const client = start(['load', '.', '--server', 'http://lab.invalid'], folder, {
    ELUTE_TOKEN: 'any',
  });
  await client.until('Trying again in 1 s.');
  client.child.kill('SIGINT');
  expect(await client.exit).toBe(130);
  expect(client.printed()).toMatch(
    /^elute: the token and the files go to lab\.invalid unencrypted; https would protect them\.\n/,
  );
  expect(client.printed()).toMatch(/elute: Interrupted; nothing was loaded\.\n$/);
});

test('Ctrl-C cancels a load that waits for a worker', async () => {
  const { startThere, url } = await makeServedLab(goodFiles, '--concurrency', '0');
  const client = startThere('.');
  await client.until('Waiting for a worker');
  client.child.kill('SIGINT');
  expect(await client.exit).toBe(130);
  expect(client.printed()).toMatch(/\nelute: Cancelled; nothing was loaded\.\n$/);
  expect(await query(url, 'select state from elute.loads')).toEqual([{ state: 'interrupted' }]);
});

test('Ctrl-C cancels a load at work', async () => {
  const { startThere, url } = await makeServedLab(goodFiles);
  const blocker = new pg.Client({ connectionString: url });
  await blocker.connect();
  try {
    await blocker.query('begin');
    await blocker.query('lock table elute.users in share mode');
    const client = startThere('.');
    await client.until('Computing features and copying rows');
    client.child.kill('SIGINT');
    expect(await client.exit).toBe(130);
    expect(client.printed()).toMatch(/\nelute: Cancelled; nothing was loaded\.\n$/);
    expect(await query(url, 'select state from elute.loads')).toEqual([{ state: 'interrupted' }]);
  } finally {
    await blocker.end();
  }
});

test('Ctrl-C says so where the server cannot be told', async () => {
  const { startThere, server } = await makeServedLab(goodFiles, '--concurrency', '0');
  const client = startThere('.');
  await client.until('Waiting for a worker');
  server.child.kill('SIGKILL');
  await client.until('Trying again in 1 s.');
  client.child.kill('SIGINT');
  expect(await client.exit).toBe(130);
  expect(client.printed()).toMatch(
    /\nelute: Interrupted; the server could not be told: load 1 goes on at the server\.\n$/,
  );
});

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
