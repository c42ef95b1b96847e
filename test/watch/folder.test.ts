import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { retryLoad } from '../../src/jobs/submit.ts';
import { query, useDatabases } from '../support/database.ts';
import { useFolders, writeFiles } from '../support/lab.ts';
import { useWatches, type Watch } from './watching.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();
const startWatch = useWatches();

const users = (...ids: number[]) =>
  `user_id,name,email,signup_date\n${ids.map((id) => `${id},N,n@lab.example,2021-01-02\n`).join('')}`;
const compounds = 'compound_id,compound_name,compound_structure\n1,Caffeine,C8H10N4O2\n';
const runs = 'experiment_id,user_id,experiment_compound_ids,experiment_run_time\n1,1,1,2.5\n';
const poison = 'this,is,no,table\n1,2,3,4\n';

let databaseUrl: string;
let folder: string;
let inbox: string;

beforeEach(async () => {
  databaseUrl = await makeDatabase();
  folder = makeFolder();
  inbox = join(folder, 'inbox');
  mkdirSync(inbox);
});

function watchInbox(options?: Parameters<typeof startWatch>[0]['options']): Promise<Watch> {
  return startWatch({ databaseUrl, folder, source: inbox, ...(options && { options }) });
}

async function untilEnds(watch: Watch, count: number): Promise<string[]> {
  await vi.waitFor(() => expect(watch.ends.length).toBeGreaterThanOrEqual(count), {
    timeout: 60_000,
  });
  return watch.ends.map(
    ({ load, location }) => `${location.slice(inbox.length + 1)} ${load.state}`,
  );
}

const countLoads = () =>
  query<{ n: number }>(databaseUrl, 'select count(*)::integer as n from elute.loads');

test('what lies there and what arrives is loaded, each file once', async () => {
  writeFiles(inbox, { 'a.csv': users(1) });
  const watch = await watchInbox();
  await untilEnds(watch, 1);
  writeFiles(join(inbox, 'deep', 'er'), { 'b.csv': users(2) });
  writeFiles(inbox, { 'notes.md': 'no table', '.hidden.csv': users(3) });
  writeFiles(join(inbox, '.git'), { 'c.csv': users(4) });
  expect(await untilEnds(watch, 2)).toEqual(['a.csv loaded', 'deep/er/b.csv loaded']);
  await watch.stop();
  const again = await watchInbox();
  writeFiles(inbox, { 'z.csv': users(5) });
  expect(await untilEnds(again, 1)).toEqual(['z.csv loaded']);
  expect(await countLoads()).toEqual([{ n: 3 }]);
});

test('files are known by their place in the folder', async () => {
  writeFiles(join(inbox, 'may'), { 'a.csv': users(1) });
  const watch = await watchInbox();
  await untilEnds(watch, 1);
  expect(watch.ends[0]?.load.files.map(({ path }) => path)).toEqual(['may/a.csv']);
});

test('a changed file is a new arrival, the same content under another name is not loaded again', async () => {
  const [path = ''] = writeFiles(inbox, { 'a.csv': users(1) });
  const watch = await watchInbox();
  await untilEnds(watch, 1);
  appendFileSync(path, '2,N,n@lab.example,2021-01-02\n');
  await untilEnds(watch, 2);
  writeFiles(inbox, { 'copy.csv': users(1) });
  expect(await untilEnds(watch, 3)).toEqual(['a.csv loaded', 'a.csv loaded', 'copy.csv loaded']);
  expect(watch.ends.map(({ load }) => load.files.length)).toEqual([1, 1, 0]);
});

test('a file that is being written is left until it rests', async () => {
  const path = join(inbox, 'growing.csv');
  const watch = await watchInbox({ settleMs: 400, listMs: 20 });
  writeFileSync(path, users(1));
  for (let id = 2; id < 20; id += 1) {
    appendFileSync(path, `${id},N,n@lab.example,2021-01-02\n`);
    // As a slow writer does; nothing is waited for.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await untilEnds(watch, 1);
  expect(watch.ends[0]?.load.files[0]?.counts).toMatchObject({ read: 19 });
  expect(await countLoads()).toEqual([{ n: 1 }]);
});

test('a poisonous file fails by itself, and is loaded when it was mended and tried again', async () => {
  writeFiles(inbox, {
    'bad.csv': poison,
    'good.csv': users(1),
    'worse.xlsx': Buffer.from('PK\x03\x04'),
  });
  const watch = await watchInbox();
  expect((await untilEnds(watch, 3)).sort()).toEqual([
    'bad.csv failed',
    'good.csv loaded',
    'worse.xlsx failed',
  ]);
  const failed = watch.ends.find(({ location }) => location.endsWith('bad.csv'))?.load;
  expect(failed?.error?.code).toBe('unknown_header');
  await watch.stop();
  // Content and times of the folder as they were for the watch: only the retry looks at it anew.
  const other = await startWatch({ databaseUrl, folder, source: makeFolder() });
  writeFiles(inbox, { 'bad.csv': users(2) });
  await retryLoad(other.service, failed?.loadId ?? 0);
  await vi.waitFor(
    async () =>
      expect(
        await query(databaseUrl, 'select state, error_code from elute.loads where load_id = $1', [
          failed?.loadId,
        ]),
      ).toEqual([{ state: 'loaded', error_code: null }]),
    { timeout: 60_000 },
  );
  await expect(retryLoad(other.service, failed?.loadId ?? 0)).rejects.toMatchObject({
    code: 'retry_refused',
  });
});

test('a load refused for its rejects is tried again as if for the first time', async () => {
  const [path = ''] = writeFiles(inbox, { 'a.csv': `${users(1)}2,N,n@lab.example,03/04/2023\n` });
  const watch = await watchInbox({ rejectLimit: { rows: 0 } });
  expect(await untilEnds(watch, 1)).toEqual(['a.csv failed']);
  expect(watch.ends[0]?.load.error?.code).toBe('too_many_rejects');
  await watch.stop();
  const other = await startWatch({ databaseUrl, folder, source: makeFolder() });
  writeFileSync(path, users(1, 2));
  await retryLoad(other.service, 1);
  await vi.waitFor(
    async () => expect(await query(databaseUrl, 'select user_id from elute.users')).toHaveLength(2),
    { timeout: 60_000 },
  );
  expect(await query(databaseUrl, 'select 1 from elute.rejects')).toEqual([]);
});

describe('sets', () => {
  const set = ['users*.csv', '*runs*.csv', 'compounds.{csv,tsv}'];

  test('a folder is loaded when it has all of them, as one load', async () => {
    const watch = await watchInbox({ set });
    writeFiles(join(inbox, 'may'), { 'users.csv': users(1), 'lab_runs.csv': runs });
    writeFiles(join(inbox, 'june'), {
      'Users_1.csv': users(2),
      'users_2.csv': users(3),
      'runs.csv': runs.replace('1,1,', '2,2,'),
      'compounds.csv': compounds,
      'other.csv': poison,
    });
    expect(await untilEnds(watch, 1)).toEqual(['june/ loaded']);
    expect(watch.ends[0]?.load.files).toHaveLength(4);
    writeFiles(join(inbox, 'may'), { 'compounds.csv': compounds });
    expect(await untilEnds(watch, 2)).toEqual(['june/ loaded', 'may/ loaded']);
    expect(await countLoads()).toEqual([{ n: 2 }]);
    expect(await query(databaseUrl, 'select 1 from elute.rejects')).toEqual([]);
  });

  test('that change are loaded again, once they rest', async () => {
    const watch = await watchInbox({ set });
    writeFiles(inbox, { 'users.csv': users(1), 'runs.csv': runs, 'compounds.csv': compounds });
    await untilEnds(watch, 1);
    writeFiles(inbox, { 'runs.csv': runs.replace('2.5', '3.5') });
    await untilEnds(watch, 2);
    expect(watch.ends[1]?.load.files.map(({ path }) => path)).toEqual(['runs.csv']);
  });
});

test('two watches of one folder ask for one load', async () => {
  const [one, other] = [await watchInbox(), await watchInbox()];
  const names = Array.from({ length: 20 }, (_, index) => `${index}.csv`);
  for (const name of names) writeFiles(inbox, { [name]: users(Number.parseInt(name, 10) + 1) });
  await vi.waitFor(() => expect(one.ends.length + other.ends.length).toBe(20), { timeout: 60_000 });
  expect(await countLoads()).toEqual([{ n: 20 }]);
  expect(await query(databaseUrl, 'select user_id from elute.users')).toHaveLength(20);
});

test('a link that leads out of the folder is refused', async () => {
  const [outside = ''] = writeFiles(makeFolder(), { 'secret.csv': users(1) });
  symlinkSync(outside, join(inbox, 'link.csv'));
  const watch = await watchInbox();
  expect(await untilEnds(watch, 1)).toEqual(['link.csv failed']);
  expect(watch.ends[0]?.load.error?.code).toBe('path_not_found');
});

test('a folder that goes away and comes back is watched again', async () => {
  writeFiles(inbox, { 'before.csv': users(2) });
  const watch = await watchInbox();
  await untilEnds(watch, 1);
  rmSync(inbox, { recursive: true });
  await vi.waitFor(() => expect(watch.log.join()).toContain('is tried again'), { timeout: 30_000 });
  const [path = ''] = writeFiles(makeFolder(), { 'a.csv': users(1) });
  mkdirSync(inbox);
  renameSync(path, join(inbox, 'a.csv'));
  expect(await untilEnds(watch, 2)).toEqual(['before.csv loaded', 'a.csv loaded']);
});

test('a folder that is not there is an error', async () => {
  const watch = await startWatch({ databaseUrl, folder, source: join(folder, 'nowhere') });
  await expect(watch.failed).rejects.toMatchObject({ code: 'path_not_found' });
});
