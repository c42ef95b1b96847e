import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import { newestVersion } from '../../src/database/migrations.ts';
import type { DeclaredFeature } from '../../src/domain/declared-features.ts';
import { backUpDatabase } from '../../src/operations/back-up-database.ts';
import { generateFiles } from '../../src/operations/generate-files.ts';
import { loadFiles } from '../../src/operations/load-files.ts';
import { createToken } from '../../src/operations/manage-tokens.ts';
import { restoreDatabase } from '../../src/operations/restore-database.ts';
import { undoLoad } from '../../src/operations/undo-load.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext } from '../support/lab.ts';
import { base, experiments, type Lab, present, readTables, useLabs, users } from './lab.ts';

const makeLab = useLabs();
const makeDatabase = useDatabases();

const declaredFeatures: DeclaredFeature[] = [
  {
    name: 'longest_run',
    source: 'experiments',
    type: 'double',
    unit: 'as in the source',
    meaning: 'the longest run',
    expression: 'max(experiment_run_time)',
    withoutExperiments: null,
  },
];

/** The same folder and settings with a database. */
function at({ folder }: Lab, url: string): Context {
  const context = makeContext(url, folder);
  return { ...context, settings: { ...context.settings, declaredFeatures } };
}

/** A database with a past: a load, changes, rejects, a mended row, an undo, a plan, a token, a declared feature. */
async function makePast(): Promise<{ lab: Lab; context: Context }> {
  const lab = await makeLab();
  const context = at(lab, lab.url);
  const load = (files: Readonly<Record<string, string>>, isPlan = false) =>
    loadFiles(context, lab.write(files), { isPlan });
  await load(base);
  await load({ 'more.csv': experiments('1,1,1;2,9', '5,3,3,0.1', '6,9,1,1') });
  await load({ 'back.csv': users('4,"Di\t\\N\n""x""",,', '1,Ada L,,') });
  await undoLoad(context, 3);
  await load({ 'late.csv': users('9,Kim,kim@lab.example,2024-05-05') });
  await load({ 'plan.csv': users('10,Lu,,') }, true);
  await createToken(context, { name: 'robot', scopes: ['write'], lifetimeSeconds: 3600 });
  return { lab, context };
}

async function readAll(url: string) {
  const tables = await query<{ name: string }>(
    url,
    `select relname as name from pg_class where relnamespace = 'elute'::regnamespace and relkind in ('r', 'v')
       and relname not in ('migrations', 'identity')`,
  );
  return readTables(url, Object.fromEntries(tables.map(({ name }) => [name, `elute.${name}`])));
}

test('a restored database is the one that was backed up, row for row, and goes on from there', async () => {
  const { lab, context } = await makePast();
  const before = await readAll(lab.url);
  const backup = await backUpDatabase(context, lab.path('lab.backup'));
  expect(backup).toMatchObject({ schemaVersion: newestVersion() });
  expect(statSync(lab.path('lab.backup')).mode & 0o777).toBe(0o600);
  const url = await makeDatabase();
  const restored = at(lab, url);
  expect(await restoreDatabase(restored, lab.path('lab.backup'))).toMatchObject({
    rows: backup.rows,
    tables: backup.tables,
  });
  expect(await readAll(url)).toEqual(before);
  expect(await verifyFeatures(restored)).toMatchObject({ differing: 0, users: 4 });
  const again = await loadFiles(restored, [lab.path('users.csv')]);
  expect(again).toMatchObject({ alreadyLoaded: [{ loadId: 1 }] });
  await undoLoad(context, 2);
  await undoLoad(restored, 2);
  const { load } = await loadFiles(restored, lab.write({ 'new.csv': users('11,Mo,,') }));
  expect(present(load).loadId).toBe(6);
  expect((await verifyFeatures(restored)).differing).toBe(0);
});

test('a file that is cut, damaged, newer or something else is refused, and nothing is restored', async () => {
  const { lab, context } = await makePast();
  const path = lab.path('lab.backup');
  await backUpDatabase(context, path);
  const whole = readFileSync(path);
  const plain = gunzipSync(whole);
  const flip = (bytes: Buffer, at: number) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const places = [0.05, 0.3, 0.6, 0.95];
  const damaged = [
    Buffer.alloc(0),
    Buffer.from('user_id,name\n1,Ada\n'),
    gzipSync('user_id,name\n1,Ada\n'),
    ...places.map((share) => whole.subarray(0, share * whole.length)),
    ...places.map((share) => flip(whole, Math.floor(share * whole.length))),
    whole.subarray(0, -1),
    Buffer.concat([whole, whole]),
    ...places.map((share) => gzipSync(flip(plain, Math.floor(share * plain.length)))),
    gzipSync(Buffer.from(plain.toString('latin1').replace('Ada L', 'Ada M'), 'latin1')),
  ];
  const url = await makeDatabase();
  const before = await readAll(url);
  for (const [i, bytes] of damaged.entries()) {
    writeFileSync(path, bytes);
    await expect(restoreDatabase(at(lab, url), path), `damage ${i}`).rejects.toMatchObject({
      code: 'backup_damaged',
    });
  }
  const newer = plain.toString('latin1').replace(/"schemaVersion":\d/, '"schemaVersion":9');
  writeFileSync(path, gzipSync(Buffer.from(newer, 'latin1')));
  await expect(restoreDatabase(at(lab, url), path)).rejects.toMatchObject({
    code: 'schema_too_new',
  });
  expect(await readAll(url)).toEqual(before);
  writeFileSync(path, whole);
  expect(await restoreDatabase(at(lab, url), path)).toMatchObject({ tables: expect.any(Number) });
});

test('a database that holds rows is left as it is, and so is a file that exists', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const { context } = lab;
  const path = lab.path('lab.backup');
  await backUpDatabase(context, path);
  const before = await readAll(lab.url);
  await expect(restoreDatabase(context, path)).rejects.toMatchObject({
    code: 'database_not_empty',
    message: expect.stringContaining('holds rows already'),
  });
  expect(await readAll(lab.url)).toEqual(before);
  const bytes = readFileSync(path);
  await expect(backUpDatabase(context, path)).rejects.toMatchObject({ code: 'output_exists' });
  expect(readFileSync(path)).toEqual(bytes);
  await expect(backUpDatabase(context, lab.path('none/lab.backup'))).rejects.toMatchObject({
    code: 'output_unwritable',
  });
  expect(readdirSync(lab.folder).filter((name) => name.includes('partial'))).toEqual([]);
  await expect(restoreDatabase(context, lab.path('none'))).rejects.toMatchObject({
    code: 'path_not_found',
  });
});

test('loads that waited or ran are interrupted in the restored database, and undos are not pending', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const { context } = lab;
  await query(
    lab.url,
    `insert into elute.loads (state, request) values ('queued', '{"uploadFolder": "/gone"}'), ('running', null)`,
  );
  await query(lab.url, 'update elute.loads set undo_requested_at = now() where load_id = 1');
  await backUpDatabase(context, lab.path('lab.backup'));
  const url = await makeDatabase();
  await restoreDatabase(at(lab, url), lab.path('lab.backup'));
  expect(
    await query(url, 'select load_id, state, error_code from elute.loads where load_id > 1'),
  ).toEqual([
    { load_id: 2, state: 'interrupted', error_code: 'interrupted' },
    { load_id: 3, state: 'interrupted', error_code: 'interrupted' },
  ]);
  expect(
    await query(url, `select undo_error ->> 'code' as code from elute.loads where load_id = 1`),
  ).toEqual([{ code: 'interrupted' }]);
});

test('backups that are taken while loads are published hold all of a load or nothing of it', async () => {
  const lab = await makeLab();
  const size = { users: 500, experiments: 60_000, compounds: 20, badRows: 20, seed: 3 };
  await generateFiles(lab.context, lab.path('first'), size);
  await generateFiles(lab.context, lab.path('second'), { ...size, experiments: 2000, seed: 4 });
  const backups: string[] = [];
  let isLoading = true;
  const loading = (async () => {
    await loadFiles(lab.context, [lab.path('first')]);
    await loadFiles(lab.context, [lab.path('second')]);
    isLoading = false;
  })();
  while (isLoading) {
    const path = lab.path(`${backups.length}.backup`);
    await backUpDatabase(lab.context, path);
    backups.push(path);
  }
  await loading;
  const seen = new Set<string>();
  for (const path of backups) {
    const loads = /"loaded"|\tloaded\t/g;
    const text = gunzipSync(readFileSync(path)).toString('latin1');
    const content = `${text.match(loads)?.length ?? 0} ${text.length > 1e6}`;
    if (seen.has(content)) continue;
    seen.add(content);
    const url = await makeDatabase();
    const context = at(lab, url);
    await restoreDatabase(context, path);
    const { experiments: rows, differing } = await verifyFeatures(context);
    const counted = await query<{ rows: number }>(
      url,
      `select coalesce(sum(f.inserted), 0)::integer as rows from elute.load_files f join elute.loads using (load_id)
       where state = 'loaded' and dataset = 'experiments'`,
    );
    expect([differing, rows], basename(path)).toEqual([0, counted[0]?.rows]);
  }
  expect(backups.length).toBeGreaterThan(1);
});

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

/** Each dumps servers up to its own version. */
function dumpVersion(): number {
  const output = isThere('pg_dump')
    ? execFileSync('pg_dump', ['--version'], { encoding: 'utf8' })
    : '';
  return Number(/(\d+)/.exec(output)?.[1] ?? 0);
}

test('the files of pg_dump restore as well (skipped where pg_dump is missing or older than the server)', async ({
  skip,
}) => {
  const lab = await makeLab();
  const [server] = await lab.query<{ major: number }>(
    `select current_setting('server_version_num')::integer / 10000 as major`,
  );
  skip(dumpVersion() < (server?.major ?? 0));
  await lab.load(base);
  const before = await readAll(lab.url);
  const file = join(lab.folder, 'lab.dump');
  execFileSync('pg_dump', ['-Fc', '-n', 'elute', '-n', 'elute_queue', '-f', file, lab.url]);
  const url = await makeDatabase();
  await query(url, 'drop schema elute cascade; drop schema if exists elute_queue cascade');
  execFileSync('pg_restore', ['--exit-on-error', '-d', url, file]);
  expect(await readAll(url)).toEqual(before);
  expect((await verifyFeatures(at(lab, url))).differing).toBe(0);
});
