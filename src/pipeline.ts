import type { Engine } from './compute/engine.ts';
import { type Client, inTransaction } from './database/connection.ts';
import { listFeaturesIn } from './database/declared-features.ts';
import { saveMends, saveReceipt } from './database/load-files.ts';
import { markLoaded, markPlanned, markRefused, type StartedLoad } from './database/load-states.ts';
import { lockPublishing } from './database/locks.ts';
import { computeFeatures } from './derive/compute-features.ts';
import { type Dataset, datasetNames, datasets } from './domain/datasets.ts';
import type { LoadStage } from './domain/load.ts';
import { placePrefix } from './domain/places.ts';
import type { Effects, LoadRequest, Plan } from './domain/plan.ts';
import type { RejectLimit } from './domain/reject-limit.ts';
import type { EluteError } from './errors.ts';
import type { InputFile } from './extract/input-file.ts';
import { type RawRows, readRows } from './extract/read-rows.ts';
import { checkReferences } from './load/check-references.ts';
import { collectMends } from './load/collect-mends.ts';
import { compareRows } from './load/compare-rows.ts';
import { checkEffects, checkRevision, readEffects } from './load/effects.ts';
import type { BuildIndexes } from './load/fill-table.ts';
import { gatherLoaded } from './load/gather-loaded.ts';
import { gatherScientists } from './load/gather-scientists.ts';
import { keepFeatures, publishFeatures, sendFeatures } from './load/publish-features.ts';
import { publishFindings } from './load/publish-findings.ts';
import { publishRows } from './load/publish-rows.ts';
import { countComputed, countOutcomes } from './load/receipts.ts';
import { findTooManyRejects } from './load/reject-limit.ts';
import { readStatement } from './statements.ts';
import {
  checkRows,
  collectWarnings,
  createCheckedTable,
  insertFigures,
} from './validate/check-rows.ts';
import { findDuplicates } from './validate/find-duplicates.ts';
import { keepRecords } from './validate/keep-records.ts';

/** A load that has begun: its files have been looked at, none of their rows has been read. */
export interface LoadRun {
  readonly load: StartedLoad;
  readonly files: readonly InputFile[];
  /** Computes features from the files alone, and stores no rows. */
  readonly featuresOnly: boolean;
  /** Also replaces what other features-only loads computed. */
  readonly force: boolean;
  /** With more rejected rows, nothing is loaded. */
  readonly rejectLimit: RejectLimit | undefined;
  /** Given, the load is carried out and rolled back: this is what was asked for. */
  readonly planned: LoadRequest | undefined;
  /** Given, the load must do exactly what this plan says. */
  readonly applied: Plan | undefined;
  /** Given, the load is published on this condition alone. */
  readonly condition: PublishCondition | undefined;
  readonly engine: Engine;
  /** The connection that publishes; it also holds the load's lock. */
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Told how many rows have been read so far. */
  readonly onRows: (rows: number) => void;
  readonly runStage: <Result>(stage: LoadStage, work: () => Promise<Result>) => Promise<Result>;
}

/** What must hold of the stored rows, looked at when nobody else can change them any more. */
export interface PublishCondition {
  /** Throws where it does not hold. */
  readonly check: (client: Client) => Promise<void>;
  /** How long to wait for others who publish; `busy` beyond that. */
  readonly waitMs: number;
}

const all = datasetNames.map((name) => datasets[name]);

/** Of each dataset that has rows to store, how many of them are not stored yet. */
type NewRows = ReadonlyMap<Dataset, number>;

/**
 * The stages of a load in order. What happens before the transaction touches nothing but the engine.
 * Throws `too_many_rejects` when these are all that was kept of the load.
 */
export async function runPipeline(run: LoadRun): Promise<void> {
  const { client, applied, condition, runStage } = run;
  const raws = await runStage('read', () => readFiles(run));
  await runStage('check', () => checkFiles(run, raws));
  const refusal = await inTransaction(client, async () => {
    await lockPublishing(client, condition?.waitMs);
    await condition?.check(client);
    if (applied) await checkRevision(client, applied);
    const newRows = await runStage('compare', () => compareWithStored(run, raws));
    const tooMany = await findTooManyRejects(run.engine, raws, run.rejectLimit);
    if (tooMany) await keepRefusal(run, tooMany);
    else await carryOut(run, raws, newRows);
    return tooMany;
  });
  if (refusal) throw refusal;
}

async function readFiles({ engine, load, files, signal, onRows }: LoadRun): Promise<RawRows[]> {
  await engine.run(readStatement('compute/tables.sql'));
  for (const dataset of all) await createCheckedTable(engine, dataset);
  const raws: RawRows[] = [];
  for (const [i, file] of files.entries()) {
    const fileId = load.fileIds[i] ?? 0;
    const prefix = placePrefix(file);
    await engine.run('insert into files values ($fileId, $prefix)', { fileId, prefix });
    const before = raws.reduce((sum, raw) => sum + raw.read, 0);
    let figures = 0;
    const onFigures = async (path: string) => {
      figures += await insertFigures(engine, datasets[file.dataset], { fileId, path });
      onRows(before + figures);
    };
    const raw = await readRows(engine, fileId, file, { signal, onFigures });
    onRows(before + raw.read);
    raws.push(raw);
  }
  return raws;
}

async function checkFiles({ engine }: LoadRun, raws: readonly RawRows[]): Promise<void> {
  for (const raw of raws) await checkRows(engine, raw);
  for (const dataset of all) await findDuplicates(engine, dataset);
}

async function compareWithStored(
  { engine, client, signal, featuresOnly, force }: LoadRun,
  raws: readonly RawRows[],
): Promise<NewRows> {
  for (const dataset of all) await checkReferences(engine, client, dataset);
  for (const raw of raws) {
    await collectMends(engine, raw);
    await keepRecords(engine, raw, signal);
  }
  for (const dataset of all) await collectWarnings(engine, dataset);
  const newRows = new Map<Dataset, number>();
  if (featuresOnly) await gatherLoaded(engine, client, force);
  else {
    for (const dataset of all) newRows.set(dataset, await compareRows(engine, client, dataset));
    await gatherScientists(engine, client);
  }
  return newRows;
}

async function keepRefusal(run: LoadRun, refusal: EluteError): Promise<void> {
  await publishFindings(run.engine, run.client);
  await markRefused(run.client, run.load.loadId, refusal);
}

/** A plan goes the whole way too, up to a savepoint before its first row. */
async function carryOut(run: LoadRun, raws: readonly RawRows[], newRows: NewRows): Promise<void> {
  const { client, load, planned, runStage } = run;
  if (planned) await client.query('savepoint untouched');
  await runStage('compute', () => copyAndCompute(run, newRows));
  await runStage('publish', async () => {
    const effects = await publishComputed(run);
    if (planned) await client.query('rollback to savepoint untouched');
    await publishReceipts(run, raws);
    if (planned && effects)
      await markPlanned(client, load.loadId, { ...effects, request: planned });
    else await markLoaded(client, load.loadId);
  });
}

/**
 * Copying keeps the database and the engine busy, building indexes the database alone: that is when the
 * features are computed.
 */
async function copyAndCompute({ engine, client, load }: LoadRun, newRows: NewRows): Promise<void> {
  const features = await listFeaturesIn(client);
  const builds: BuildIndexes[] = [];
  for (const [dataset, count] of newRows)
    builds.push(await publishRows(engine, client, { dataset, newRows: count }, load.loadId));
  const building = (async () => {
    for (const buildIndexes of builds) await buildIndexes();
  })();
  const results = await Promise.allSettled([building, computeFeatures(engine, features)]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** The effects are worked out for plans alone: they are read while old and new features stand side by side. */
async function publishComputed({
  engine,
  client,
  load,
  featuresOnly,
  planned,
  applied,
}: LoadRun): Promise<Effects | undefined> {
  await sendFeatures(engine, client, load.loadId);
  const effects =
    planned || applied ? await readEffects(engine, client, { featuresOnly }) : undefined;
  if (applied && effects) checkEffects(applied, effects);
  await keepFeatures(client, load.loadId);
  await publishFeatures(client);
  return effects;
}

async function publishReceipts(
  { engine, client, load, featuresOnly }: LoadRun,
  raws: readonly RawRows[],
): Promise<void> {
  await publishFindings(engine, client);
  await saveMends(client, load.loadId, await engine.rows('select * from mends'));
  const count = featuresOnly ? countComputed : countOutcomes;
  for (const raw of raws) await saveReceipt(client, raw.fileId, await count(engine, raw));
}
