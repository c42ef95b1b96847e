import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isBuildOpenToNobody } from '../database/embedded/starter.ts';
import { query } from '../support/database.ts';
import { useFolders, writeFiles } from '../support/lab.ts';
import { goodFiles, runElute, useLabs } from './run-elute.ts';

const makeLab = useLabs();
const makeFolder = useFolders();
const nobody = 'postgresql://nobody@localhost:1/none';

test('reads settings from flags, then the environment, then elute.toml', async () => {
  const { folder, url } = await makeLab({
    ...goodFiles,
    'elute.toml': `database = "${nobody}"\ndirectory = "of-file"\nthreads = 1\n`,
  });
  const run = (...args: string[]) =>
    runElute(args, { cwd: folder, env: { DATABASE_URL: url, ELUTE_DIRECTORY: 'of-variable' } });
  expect(await run('load', '.')).toMatchObject({ exitCode: 0 });
  expect(existsSync(join(folder, 'of-variable', 'scratch'))).toBe(true);
  expect(await run('load', '.', '--force', '--directory', 'of-flag')).toMatchObject({
    exitCode: 0,
  });
  expect(existsSync(join(folder, 'of-flag', 'scratch'))).toBe(true);
  expect(existsSync(join(folder, 'of-file'))).toBe(false);
});

test('reads elute.toml alone', async () => {
  const { folder, url } = await makeLab(goodFiles);
  writeFiles(folder, {
    'elute.toml': `# of this lab\ndatabase = "${url}"\nscratch_directory = "space"\nmemory_limit = "600MB"\nthreads = 1\n`,
  });
  expect(await runElute(['load', '.'], { cwd: folder })).toMatchObject({ exitCode: 0 });
  expect(existsSync(join(folder, 'space'))).toBe(true);
  expect(existsSync(join(folder, '.elute'))).toBe(false);
  expect(await query(url, 'select count(*)::integer from elute.users')).toEqual([{ count: 3 }]);
});

test('reports all bad settings at once, and never their values', async () => {
  const { folder } = await makeLab({
    'elute.toml': 'database = "mysql://lab:secret@db/lab"\nscratch_directory = ""\ncolour = 5432\n',
  });
  const outcome = await runElute(['loads', '--threads', '0'], {
    cwd: folder,
    env: { ELUTE_MEMORY_LIMIT: 'much' },
  });
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
  expect(outcome.stderr.replace(/Known are .*/, 'Known are …')).toMatchInlineSnapshot(`
    "elute: 5 settings are wrong:
      colour in elute.toml is no setting. Known are …
      database in elute.toml must be an address such as postgresql://user:password@host/database; write @ : / ? # % in a password as %40 %3A %2F %3F %23 %25.
      scratch_directory in elute.toml must be the path of a folder.
      ELUTE_MEMORY_LIMIT must be a size such as 512MB or 2GB.
      --threads must be a whole number from 1 to 1024.
    "
  `);
});

const address =
  'DATABASE_URL must be an address such as postgresql://user:password@host/database; write @ : / ? # % in a password as %40 %3A %2F %3F %23 %25.';

test.each<[string, Record<string, string>, string]>([
  ['of another kind', { DATABASE_URL: 'mysql://lab:s3cret@db/lab' }, address],
  ['without a scheme', { DATABASE_URL: 'db/lab' }, address],
  ['whose port is no number', { DATABASE_URL: 'postgresql://lab:s3cret@db:port/lab' }, address],
  ['whose password holds a /', { DATABASE_URL: 'postgresql://lab:12/s3cret@db/lab' }, address],
  ['whose password holds a ?', { DATABASE_URL: 'postgresql://lab:12?s3cret@db/lab' }, address],
  ['whose password holds a #', { DATABASE_URL: 'postgresql://lab:12#s3cret@db/lab' }, address],
  ['whose password holds a %', { DATABASE_URL: 'postgresql://lab:s3cret%ff@db/lab' }, address],
])('refuses an address %s', async (_, env, fault) => {
  expect(await runElute(['loads'], { cwd: makeFolder(), env })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `elute: ${fault}\n`,
  });
});

test.each([
  [
    'an unknown key',
    'memory = "2GB"',
    /^elute: memory in elute\.toml is no setting\. Known are database, database_file, .*, features\.\n$/,
  ],
  [
    'an unfinished string',
    'threads = 1\ndatabase = "postgresql://lab:s3cret@db/lab',
    /^elute: elute\.toml:2:12: this is no TOML: unfinished string\.\n$/,
  ],
  [
    'a value of another kind',
    'threads = "many"',
    /^elute: threads in elute\.toml must be a whole number from 1 to 1024\.\n$/,
  ],
])('refuses an elute.toml with %s', async (_, content, fault) => {
  const folder = makeFolder();
  writeFiles(folder, { 'elute.toml': content });
  expect(await runElute(['loads'], { cwd: folder })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringMatching(fault),
  });
});

test.each<[string, Record<string, string>, string]>([
  [
    'without an address',
    { DATABASE_USER: 'lab', DATABASE_PASSWORD: 's3cret' },
    'DATABASE_USER or DATABASE_PASSWORD is set, but no server they are for. Name it with DATABASE_URL.',
  ],
  [
    'both as a text and as a file',
    { DATABASE_URL: nobody, DATABASE_PASSWORD: 's3cret', DATABASE_PASSWORD_FILE: 'password' },
    'DATABASE_PASSWORD and DATABASE_PASSWORD_FILE are both set. Take one of them away.',
  ],
  [
    'in a file that is not there',
    { DATABASE_URL: nobody, DATABASE_PASSWORD_FILE: 'absent' },
    'The file absent of DATABASE_PASSWORD_FILE cannot be read (ENOENT). Check its path, and who may read it.',
  ],
])('refuses a password %s', async (_, env, fault) => {
  expect(await runElute(['loads'], { cwd: makeFolder(), env })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `elute: ${fault}\n`,
  });
});

test('says that elute.toml cannot be read', async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, 'elute.toml'));
  expect(await runElute(['loads'], { cwd: folder })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/^elute: elute\.toml cannot be read: EISDIR.*\n$/),
  });
});

const isRoot = process.getuid?.() === 0;

test.skipIf(isRoot && !isBuildOpenToNobody())(
  'says that a file cannot be read (as root: where nobody may read this checkout)',
  async () => {
    const folder = makeFolder();
    writeFiles(folder, goodFiles);
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'users.csv'), 0o000);
    const prefix = isRoot ? ['setpriv', '--reuid=65534', '--clear-groups', '--'] : [];
    expect(await runElute(['load', 'users.csv'], { cwd: folder, prefix })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        "Looking at the files\nelute: users.csv cannot be read: EACCES: permission denied, open 'users.csv'. Check the file and its permissions.\n",
    });
  },
);

test.each([
  [
    'a memory limit too small for the work',
    ['--memory-limit', '10MB'],
    'The memory limit is too small for this work. Raise it with --memory-limit, or lower --threads.',
  ],
  [
    'a scratch folder that is a file',
    ['--scratch-directory', 'users.csv'],
    'The folder users.csv cannot take the scratch files (EEXIST). Name another one with --scratch-directory.',
  ],
])('ends with 2 on %s, and loads nothing', async (_, flags, fault) => {
  const { run, url } = await makeLab(goodFiles);
  const { exitCode, stdout, stderr } = await run('load', '.', ...flags);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr.split('\n').at(-2)).toBe(`elute: ${fault}`);
  expect(await query(url, 'select state from elute.loads')).toEqual([{ state: 'failed' }]);
  expect(await query(url, 'select from elute.users')).toEqual([]);
});
