import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { loadFiles } from '../../src/operations/load-files.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext, useFolders } from '../support/lab.ts';
import { type Fate, useFaultyStores } from './faulty-store.ts';
import { type Bucket, useBuckets } from './store.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
const makeBucket = useBuckets();
const makeFaultyStore = useFaultyStores();

const users = (...ids: number[]) =>
  `user_id,name,email,signup_date\n${ids.map((id) => `${id},N,n@lab.example,2021-01-0${id}\n`).join('')}`;
const compounds = 'compound_id,compound_name,compound_structure\n1,Caffeine,C8H10N4O2\n';

let bucket: Bucket;
let url: string;
let folder: string;

beforeEach(async () => {
  bucket = await makeBucket();
  url = await makeDatabase();
  folder = makeFolder();
});

async function load(...sources: string[]) {
  const addresses = sources.map((source) => `s3://${bucket.name}/${source}`);
  return loadFiles(makeContext(url, folder), addresses);
}

async function loadedPaths(...sources: string[]): Promise<string[]> {
  const { load: loaded } = await load(...sources);
  return (loaded?.files ?? []).map(({ path }) => path.replace(`s3://${bucket.name}/`, ''));
}

describe('what an address stands for', () => {
  beforeEach(async () => {
    await bucket.put('in/users.csv', users(1));
    await bucket.put('in/compounds.csv', compounds);
    await bucket.put('in/readme.md', 'nothing');
    await bucket.put('in/2024/users.csv.gz', gzipSync(users(2)));
    await bucket.put('in/2024/a b+ü%20.csv', users(3));
    await bucket.put('in/.hidden.csv', users(4));
    await bucket.put('elsewhere/', '');
  });

  test.each([
    ['an object', ['in/users.csv'], ['in/users.csv']],
    ['a folder', ['in/'], ['in/compounds.csv', 'in/users.csv']],
    ['a folder without its slash', ['in'], ['in/compounds.csv', 'in/users.csv']],
    [
      'a pattern',
      ['in/**/*.csv*'],
      ['in/2024/a b+ü%20.csv', 'in/2024/users.csv.gz', 'in/compounds.csv', 'in/users.csv'],
    ],
    ['a pattern of one folder', ['in/2024/*.gz'], ['in/2024/users.csv.gz']],
    ['a key with whatever in it', ['in/2024/a b+ü%20.csv'], ['in/2024/a b+ü%20.csv']],
    ['the same twice', ['in/users.csv', 'in/*.csv'], ['in/users.csv', 'in/compounds.csv']],
  ])('%s', async (_, sources, paths) => {
    expect(await loadedPaths(...sources)).toEqual(paths);
  });

  test.each([
    ['nothing there', 'nowhere', 'path_not_found'],
    ['a folder without tables', 'elsewhere', 'no_input_files'],
    ['its empty object', 'elsewhere/', 'no_input_files'],
    ['a pattern that nothing matches', '*.parquet', 'no_input_files'],
  ])('%s is an error', async (_, source, code) => {
    await expect(load(source)).rejects.toMatchObject({ code });
  });

  test('no such bucket', async () => {
    const work = loadFiles(makeContext(url, folder), [`s3://${bucket.name}-not/x.csv`]);
    await expect(work).rejects.toMatchObject({ code: 'path_not_found' });
  });
});

test('archives, files of this machine and objects make one load', async () => {
  const archive = zipSync({ 'users.csv': Buffer.from(users(1, 2)) });
  await bucket.put('lab.zip', Buffer.from(archive));
  await bucket.put('compounds.csv', compounds);
  expect(await loadedPaths('lab.zip', 'compounds.csv')).toEqual([
    'lab.zip/users.csv',
    'compounds.csv',
  ]);
  expect(await query(url, 'select count(*)::integer as n from elute.users')).toEqual([{ n: 2 }]);
});

test('the same content is loaded once, whatever its key', async () => {
  await bucket.put('a.csv', users(1));
  await bucket.put('b.csv', users(1));
  await load('a.csv');
  const { load: second, alreadyLoaded } = await load('b.csv');
  expect(second).toBeUndefined();
  expect(alreadyLoaded).toMatchObject([{ loadId: 1 }]);
});

/** Five megabytes, which a store sends in many pieces. */
function makeLarge(): string {
  const rows = Array.from(
    { length: 100_000 },
    (_, i) => `${i + 1},Name of ${i},u${i}@lab.example,2021-01-02\n`,
  );
  return `user_id,name,email,signup_date\n${rows.join('')}`;
}

async function useFaults(
  decide: (attempt: number, path: string) => Fate | Promise<Fate>,
): Promise<() => number> {
  let reads = 0;
  const address = await makeFaultyStore(({ method, url: path = '' }) => {
    if (method !== 'GET' || path.includes('list-type')) return 'pass';
    return decide(++reads, path);
  });
  vi.stubEnv('AWS_ENDPOINT_URL', address);
  return () => reads;
}

describe('a store with faults', () => {
  beforeEach(() => () => vi.unstubAllEnvs());

  test.each([
    [
      'answers 500 and 503',
      (attempt: number) => (attempt > 4 ? 'pass' : { status: attempt % 2 ? 500 : 503 }),
    ],
    ['drops connections', (attempt: number) => (attempt > 4 ? 'pass' : 'hang up')],
    [
      'breaks off again and again',
      (attempt: number) => (attempt > 20 ? 'pass' : { cutAfter: 200_000 }),
    ],
  ] satisfies [string, (attempt: number) => Fate][])('that %s', async (_, decide) => {
    await bucket.put('users.csv', makeLarge());
    const countReads = await useFaults(decide);
    const { load: loaded } = await load('users.csv');
    expect(loaded?.files[0]?.counts).toMatchObject({ read: 100_000, inserted: 100_000 });
    expect(countReads()).toBeGreaterThan(4);
  });

  test('that stays away is an outage, and nothing is loaded', async () => {
    await bucket.put('users.csv', makeLarge());
    await useFaults(() => ({ status: 503 }));
    await expect(load('users.csv')).rejects.toMatchObject({ code: 'storage_unreachable' });
    expect(await query(url, 'select 1 from elute.users limit 1')).toEqual([]);
  });

  test('that refuses is not asked again and again', async () => {
    await bucket.put('users.csv', makeLarge());
    const countReads = await useFaults(() => ({ status: 403 }));
    await expect(load('users.csv')).rejects.toMatchObject({ code: 'storage_refused' });
    expect(countReads()).toBe(1);
  });

  test('whose object is replaced half way refuses the mixture', async () => {
    const content = makeLarge();
    await bucket.put('users.csv', content);
    await useFaults(async (attempt) => {
      if (attempt === 1) return { cutAfter: 100_000 };
      await bucket.put('users.csv', content.replaceAll('Name', 'Nome'));
      return 'pass';
    });
    await expect(load('users.csv')).rejects.toMatchObject({ code: 'file_changed' });
  });
});

test('an interrupted fetch leaves nothing behind', async () => {
  await bucket.put('users.csv', makeLarge());
  const interrupting = new AbortController();
  await useFaults(() => {
    interrupting.abort();
    return 'pass';
  });
  const work = loadFiles(makeContext(url, folder, interrupting.signal), [
    `s3://${bucket.name}/users.csv`,
  ]);
  await expect(work).rejects.toThrow();
  vi.unstubAllEnvs();
});
