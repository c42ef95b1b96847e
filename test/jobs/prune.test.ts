import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import { openDatabase } from '../../src/database/connection.ts';
import { findDatabaseId } from '../../src/database/pruning/uploads.ts';
import { claimLoad, requeueFailedLoad } from '../../src/database/service-loads.ts';
import { type PruneKind, pruneKinds } from '../../src/domain/pruning.ts';
import { prune } from '../../src/jobs/prune.ts';
import {
  makeUploadFolder,
  openUploadStore,
  type UploadStore,
} from '../../src/jobs/upload-store.ts';
import { applyPlan } from '../../src/operations/apply-plan.ts';
import { backUpDatabase } from '../../src/operations/back-up-database.ts';
import { explainUser } from '../../src/operations/explain-user.ts';
import { createToken, readTokens, takeTokenBack } from '../../src/operations/manage-tokens.ts';
import { readFindings } from '../../src/operations/read-loads.ts';
import { restoreDatabase } from '../../src/operations/restore-database.ts';
import { undoLoad } from '../../src/operations/undo-load.ts';
import { makeFixedSecret } from '../../src/secrets/secret.ts';
import { listUploads, readAnswer, uploadFiles, waitForEnd } from '../api/loads.ts';
import { useServers } from '../api/server.ts';
import {
  base,
  compounds,
  experiments,
  history,
  type Lab,
  readTables,
  useLabs,
  users,
} from '../operations/lab.ts';
import { query, useDatabases } from '../support/database.ts';
import { makeContext } from '../support/lab.ts';

const makeLab = useLabs();
const startServer = useServers();
const makeDatabase = useDatabases();

const day = 24 * 3600 * 1000;
const before = new Date(Date.now() - 90 * day);

/** Loads that ended 100 days ago, in their order. */
function age({ url }: Pick<Lab, 'url'>, ...loadIds: number[]) {
  return query(
    url,
    `update elute.loads set finished_at = finished_at - interval '100 days', undone_at = undone_at - interval '100 days'
     where load_id = any ($1)`,
    [loadIds],
  );
}

function pruneAll(
  { context, folder }: Pick<Lab, 'context' | 'folder'>,
  { isPlan = false, kinds = pruneKinds }: { isPlan?: boolean; kinds?: readonly PruneKind[] } = {},
) {
  return prune(context, join(folder, 'uploads'), { kinds, before, isPlan });
}

const countOf = async (lab: Lab, ...args: Parameters<typeof pruneAll>[1][]) =>
  Object.fromEntries((await pruneAll(lab, ...args)).map(({ kind, entries }) => [kind, entries]));

const changes = [
  { 'a.csv': experiments('1,1,2,9', '5,3,3,0.5') },
  { 'b.csv': experiments('1,1,3,8', '6,2,1,1'), 'c.csv': compounds('1,Ice,H2O') },
  { 'd.csv': users('1,Ada L,ada@lab.example,'), 'e.csv': experiments('5,3,1,0.25') },
  { 'f.csv': experiments('6,1,1,2', '1,2,1;1,7') },
];

/** Load 1 and those of `changes`; load 4 is undone. */
async function makePast(): Promise<Lab> {
  const lab = await makeLab();
  await lab.load(base);
  for (const files of changes.slice(0, 3)) await lab.load(files);
  await lab.undo(4);
  for (const files of changes.slice(3)) await lab.load(files);
  return lab;
}

test('history: rows, features and receipts stay, old loads cannot be undone, others can', async () => {
  const lab = await makePast();
  await age(lab, 1, 2, 3, 4);
  const state = await lab.state();
  const receipts = await Promise.all([1, 2, 3, 4, 5].map(lab.receipt));
  expect(await countOf(lab, { isPlan: true })).toMatchObject({ history: 9 });
  expect(await countOf(lab)).toMatchObject({ history: 9 });
  expect(await countOf(lab)).toMatchObject({ history: 0 });
  expect(await lab.state()).toEqual(state);
  expect(await lab.verify()).toBe(0);
  for (const receipt of receipts)
    expect(await lab.receipt(receipt.loadId)).toMatchObject({ ...receipt });
  for (const loadId of [1, 2, 3])
    await expect(lab.undo(loadId)).rejects.toMatchObject({
      code: 'undo_refused',
      message: expect.stringMatching(
        `Load ${loadId} cannot be undone, nothing was changed: what it and later loads replaced is no longer kept`,
      ),
    });
  expect(await lab.tryLoad(base)).toMatchObject({ alreadyLoaded: [{}, {}, {}] });
  const { experiments: rows, historyStart } = await explainUser(lab.context, 2);
  expect(rows.find(({ id }) => id === 1)?.earlier).toMatchObject([{ loadId: 3, endedBy: 5 }]);
  expect(historyStart).toEqual((await lab.receipt(4)).finishedAt);
  await lab.undo(5);
  expect(await lab.verify()).toBe(0);
});

test.each([1, 3])(
  'history: with %d old loads, undos of the others do what they do without pruning',
  async (old) => {
    const lab = await makePast();
    await age(lab, ...Array.from({ length: old }, (_, i) => i + 1));
    await backUpDatabase(lab.context, lab.path('twin.backup'));
    const twinUrl = await makeDatabase();
    const twin = makeContext(twinUrl, lab.folder);
    await restoreDatabase(twin, lab.path('twin.backup'));
    await pruneAll(lab);
    const tell = (context: Context, loadId: number) =>
      undoLoad(context, loadId).then(
        ({ rows }) => rows,
        ({ code, message }) => ({ code, message }),
      );
    for (const loadId of [3, 5, 4, 3, 2].filter((one) => one > old)) {
      expect(await tell(lab.context, loadId)).toEqual(await tell(twin, loadId));
      const { features, ...rows } = await readTables(lab.url, history);
      expect(rows).toMatchObject(await presentOf(twinUrl));
    }
    expect(await lab.verify()).toBe(0);
  },
);

async function presentOf(url: string) {
  const {
    users: u,
    compounds: c,
    experiments: e,
    user_features,
    database_features,
  } = await readTables(url, history);
  return { users: u, compounds: c, experiments: e, user_features, database_features };
}

test('history: what an undo that waits needs is kept', async () => {
  const lab = await makePast();
  await age(lab, 1, 2, 3, 4, 5);
  await lab.query('update elute.loads set undo_requested_at = now() where load_id = 3');
  await pruneAll(lab);
  await expect(lab.undo(2)).rejects.toMatchObject({ code: 'undo_refused' });
  await lab.undo(5);
  await lab.undo(3);
  expect(await lab.verify()).toBe(0);
});

test('findings: the list says that it was pruned, and rows that wait for users or compounds can still come', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const files = {
    'e.csv': experiments('7,1,1,1', '8,1,44,1', '9,77,1,1', '10,1,x,1'),
    'u.csv': users('4,Di,nobody,2024-01-04'),
  };
  const { loadId } = await lab.load(files);
  await age(lab, 1, loadId);
  expect(await countOf(lab, { isPlan: true })).toMatchObject({ findings: 2 });
  expect(await countOf(lab)).toMatchObject({ findings: 2 });
  const { load, rejects, warnings } = await readFindings(lab.context, loadId);
  expect(load.findingsPrunedAt).toBeInstanceOf(Date);
  expect(load.files.map(({ counts }) => counts?.rejected)).toEqual([3, 0]);
  expect(rejects.map(({ code }) => code)).toEqual(['unknown_compound', 'unknown_user']);
  expect(warnings).toEqual([]);
  expect((await lab.receipt(1)).findingsPrunedAt).toBeUndefined();
  expect(await lab.tryLoad(files)).toMatchObject({ alreadyLoaded: [{}, {}] });
  await lab.load({ 'c.csv': compounds('44,Tin,Sn') });
  expect((await lab.load(files)).files[0]?.counts).toMatchObject({ inserted: 1, rejected: 2 });
});

test('findings: a load that failed and is tried again has those of its new attempt', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const limit = { rejectLimit: { rows: 0 } };
  const files = { 'e.csv': experiments('7,1,x,1') };
  await expect(lab.load(files, limit)).rejects.toMatchObject({ code: 'too_many_rejects' });
  await age(lab, 2);
  expect(await countOf(lab)).toMatchObject({ findings: 1 });
  await lab.query(`update elute.loads set request = '{}' where load_id = 2`);
  const database = await openDatabase(makeFixedSecret(lab.url));
  await database.withClient((client) => requeueFailedLoad(client, 2));
  await claimLoad(database, 2);
  await database.close();
  expect((await lab.receipt(2)).findingsPrunedAt).toBeUndefined();
  expect(await countOf(lab)).toMatchObject({ findings: 0 });
});

test('plans, tokens and events go; a plan that is about to be carried out stays', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const { load: first } = await lab.plan({ 'p.csv': users('5,Ed,,') });
  const { load: second } = await lab.plan({ 'q.csv': users('6,Flo,,') });
  await lab.query(
    `insert into elute.loads (state, applied_plan) values ('queued', ${second.loadId})`,
  );
  await lab.query(
    `insert into elute.load_events (load_id, data)
     select load_id, '{"stage": "read"}' from elute.loads where load_id < 4`,
  );
  await age(lab, 1, first.loadId, second.loadId);
  const make = (name: string) =>
    createToken(lab.context, { name, scopes: ['read'], lifetimeSeconds: 3600 });
  await make('holds');
  await make('expired');
  await takeTokenBack(lab.context, (await make('revoked')).token.tokenId);
  await lab.query(
    `update elute.tokens set expires_at = now() - interval '91 days' where name = 'expired'`,
  );
  const planned = await countOf(lab, { isPlan: true });
  expect(await countOf(lab)).toEqual(planned);
  expect(planned).toEqual({
    history: 0,
    findings: 4,
    events: 3,
    plans: 1,
    tokens: 1,
    jobs: 0,
    uploads: 0,
  });
  expect((await readTokens(lab.context)).map(({ name }) => name)).toEqual(['revoked', 'holds']);
  await expect(applyPlan(lab.context, first.loadId)).rejects.toMatchObject({
    code: 'plan_outdated',
    message: expect.stringContaining('no longer kept'),
  });
  expect((await lab.apply(second.loadId)).state).toBe('loaded');
  const states = await lab.query(
    `select data ->> 'state' as state from elute.load_events where load_id = 1`,
  );
  expect(states).toEqual([{ state: 'running' }, { state: 'loaded' }]);
});

test('jobs: those that failed for good go, those that may still be done stay', async () => {
  const lab = await makeLab();
  await lab.load(base);
  await lab.query(
    `select elute_queue.add_job(task, '{"loadId": 1}', job_key := key, max_attempts := 1)
     from (values ('webhook', 'webhook:1'), ('undo', 'undo:1'), ('webhook', 'webhook:2')) as jobs (task, key)`,
  );
  await lab.query(
    `update elute_queue._private_jobs set attempts = 1, updated_at = now() - interval '91 days' where key <> 'webhook:2'`,
  );
  await lab.query(`update elute_queue._private_jobs set updated_at = now() where key = 'undo:1'`);
  expect(await countOf(lab, { kinds: ['jobs'], isPlan: true })).toEqual({ jobs: 1 });
  expect(await countOf(lab, { kinds: ['jobs'] })).toEqual({ jobs: 1 });
  expect(await lab.query('select key from elute_queue.jobs order by key')).toEqual([
    { key: 'undo:1' },
    { key: 'webhook:2' },
  ]);
});

/** An upload whose files came 100 days ago, or just now. */
async function addUpload(store: UploadStore, isOld = true): Promise<string> {
  const folder = await makeUploadFolder(store);
  writeFileSync(join(folder, 'users.csv'), 'user_id\n');
  const time = new Date(Date.now() - (isOld ? 100 * day : 0));
  for (const path of [join(folder, 'users.csv'), folder]) utimesSync(path, time, time);
  return folder;
}

async function openStore({ url, folder }: Pick<Lab, 'url' | 'folder'>): Promise<UploadStore> {
  const database = await openDatabase(makeFixedSecret(url));
  const id = await findDatabaseId(database);
  await database.close();
  return openUploadStore(join(folder, 'uploads'), id);
}

const refer = (lab: Lab, state: string, folder: string, plan: string | null = null) =>
  query(
    lab.url,
    `insert into elute.loads (state, request, plan, finished_at)
     values ($1, json_build_object('uploadFolder', $2::text), $3, case when $1 not in ('queued', 'running') then now() - interval '100 days' end)`,
    [state, folder, plan],
  );

test('a service refuses the undo of a load whose history is gone, and the carrying out of a pruned plan', async () => {
  const server = await startServer();
  const lab = { url: server.databaseUrl, context: makeContext(server.databaseUrl, server.folder) };
  const upload = { 'u.csv': users('1,Ada,ada@lab.example,2024-01-01') };
  for (const [i, options] of [{}, { plan: true, force: true }].entries()) {
    await uploadFiles(server, upload, options);
    await waitForEnd(server, i + 1);
  }
  expect(listUploads(server)).toHaveLength(1);
  await age(lab, 1, 2);
  const longAgo = new Date(0);
  for (const name of listUploads(server))
    for (const file of ['u.csv', ''])
      utimesSync(join(server.service.uploads.folder, name, file), longAgo, longAgo);
  await prune(lab.context, server.service.uploads.folder, {
    kinds: pruneKinds,
    before,
    isPlan: false,
  });
  expect(listUploads(server)).toEqual([]);
  const ask = async (path: string) => {
    const response = await server.ask(`/api/v1/loads/${path}`, { method: 'POST' });
    return [response.status, (await readAnswer(response)).code];
  };
  expect(await ask('1/undo')).toEqual([409, 'undo_refused']);
  expect(await ask('2/apply')).toEqual([409, 'plan_outdated']);
});

test('uploads: only old ones go that no load needs', async () => {
  const lab = await makeLab();
  const store = await openStore(lab);
  const gone = [await addUpload(store), await addUpload(store), await addUpload(store)];
  await refer(lab, 'failed', gone[1] ?? '');
  await refer(lab, 'planned', gone[2] ?? '', '{"request": {}}');
  const kept = [await addUpload(store, false), await addUpload(store), await addUpload(store)];
  await refer(lab, 'queued', kept[1] ?? '');
  await refer(lab, 'running', kept[2] ?? '');
  const other = join(store.folder, 'notes');
  mkdirSync(other);
  utimesSync(other, new Date(0), new Date(0));
  expect(await countOf(lab, { kinds: ['uploads'], isPlan: true })).toEqual({ uploads: 2 });
  expect(await countOf(lab)).toMatchObject({ plans: 1, uploads: 3 });
  expect(gone.map(existsSync)).toEqual([false, false, false]);
  expect([...kept, other].map(existsSync)).toEqual([true, true, true, true]);
});

test('uploads: a folder that another database uses too loses only what this one knows', async () => {
  const lab = await makeLab();
  const store = await openStore(lab);
  const [known, unknown] = [await addUpload(store), await addUpload(store)];
  await refer(lab, 'failed', known);
  const elsewhere = { ...lab, context: makeContext(await makeDatabase(), lab.folder) };
  const [refused] = await pruneAll(elsewhere, { kinds: ['uploads'] });
  expect(refused).toMatchObject({ entries: 0, note: expect.stringContaining('another database') });
  await openStore({ ...lab, url: await makeDatabase() });
  const [pruned] = await pruneAll(lab, { kinds: ['uploads'] });
  expect(pruned).toMatchObject({ entries: 1, note: expect.stringContaining('1 more') });
  expect([known, unknown].map(existsSync)).toEqual([false, true]);
});

test('a folder that is no store is left alone', async () => {
  const lab = await makeLab();
  await lab.load(base);
  const store = await openStore(lab);
  const upload = await addUpload(store);
  const copy = join(lab.folder, 'copy');
  mkdirSync(join(copy, upload.slice(store.folder.length + 1)), { recursive: true });
  const request = { kinds: pruneKinds, before: new Date(Date.now() + day), isPlan: false };
  await prune(lab.context, copy, request);
  expect(readdirSync(copy)).toHaveLength(1);
});

test('beside loads and another pruning, nothing is lost and all that is old goes', async () => {
  const lab = await makePast();
  await age(lab, 1, 2, 3, 4);
  const loading = (async () => {
    for (let i = 20; i < 23; i++)
      await lab.load({ [`${i}.csv`]: experiments(`${i},1,1,1`, `1,1,1;2,${i}`, '5,3,2,1') });
  })();
  const counts = await Promise.all([countOf(lab), countOf(lab), loading]);
  expect((counts[0]['history'] ?? 0) + (counts[1]['history'] ?? 0)).toBe(9);
  expect(await lab.verify()).toBe(0);
  for (let loadId = 8; loadId > 4; loadId--) await lab.undo(loadId);
  expect(await lab.verify()).toBe(0);
});

const waiting = `select from pg_locks join pg_database d on d.oid = database
  where not granted and datname = current_database()`;

test('interrupted, it says what is true, and goes on the next time', async () => {
  const lab = await makePast();
  await age(lab, 1, 2, 3, 4);
  const holder = new pg.Client({ connectionString: lab.url });
  await holder.connect();
  const interruption = new AbortController();
  const context = makeContext(lab.url, lab.folder, interruption.signal);
  try {
    await holder.query('begin; lock table elute.experiments_history in access exclusive mode');
    const pruning = pruneAll({ ...lab, context });
    const refusal = expect(pruning).rejects.toMatchObject({
      code: 'interrupted',
      message: expect.stringContaining('The same command removes the rest'),
    });
    await expect.poll(() => lab.query(waiting)).not.toEqual([]);
    interruption.abort();
    await refusal;
  } finally {
    await holder.end();
  }
  await expect(lab.undo(3)).rejects.toMatchObject({ code: 'undo_refused' });
  expect((await countOf(lab))['history']).toBeGreaterThan(0);
  expect(await countOf(lab)).toMatchObject({ history: 0 });
  expect(await lab.verify()).toBe(0);
});
