import type { Engine } from './compute/engine.ts';
import { type Client, inTransaction } from './database/connection.ts';
import { markLoaded, type StartedLoad, saveReceipt } from './database/loads.ts';
import { lockPublishing } from './database/locks.ts';
import { computeFeatures } from './derive/compute-features.ts';

import { datasetNames, datasets } from './domain/datasets.ts';
import type { LoadStage } from './domain/load.ts';
import type { InputFile } from './extract/inspect-file.ts';
import { type RawRows, readRows } from './extract/read-rows.ts';
import { checkReferences } from './load/check-references.ts';
import { compareRows } from './load/compare-rows.ts';
import { gatherScientists } from './load/gather-scientists.ts';
import { publishFeatures } from './load/publish-features.ts';
import { publishFindings } from './load/publish-findings.ts';
import { publishRows } from './load/publish-rows.ts';
import { countOutcomes } from './load/receipts.ts';
import { readStatement } from './statements.ts';
import { checkRows, collectWarnings, createCheckedTable } from './validate/check-rows.ts';
import { findDuplicates } from './validate/find-duplicates.ts';
import { keepRecords } from './validate/keep-records.ts';

/** A load that has begun: its files have been looked at, none of their rows has been read. */
export interface LoadRun {
  readonly load: StartedLoad;
  readonly files: readonly InputFile[];
  /** How ambiguous dates are read, as a strptime format. */
  readonly dateFormat: string;
  readonly engine: Engine;
  /** The connection that publishes; it also holds the load's lock. */
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly runStage: <Result>(stage: LoadStage, work: () => Promise<Result>) => Promise<Result>;
}

const all = datasetNames.map((name) => datasets[name]);

/** The stages of a load in order. What happens before the transaction touches nothing but the engine. */
export async function runPipeline(run: LoadRun): Promise<void> {
  const raws = await run.runStage('read', () => readFiles(run));
  await run.runStage('check', () => checkFiles(run, raws));
  await inTransaction(run.client, async () => {
    await lockPublishing(run.client);
    await run.runStage('compare', () => compareWithStored(run, raws));
    await run.runStage('compute', () => computeAndCopy(run));
    await run.runStage('publish', () => publish(run, raws));
  });
}

async function readFiles({ engine, load, files, signal }: LoadRun): Promise<RawRows[]> {
  await engine.run(readStatement('compute/tables.sql'));
  const raws: RawRows[] = [];
  for (const [i, file] of files.entries()) {
    const fileId = load.fileIds[i] ?? 0;
    await engine.run('insert into files values ($fileId, $path)', { fileId, path: file.path });
    raws.push(await readRows(engine, fileId, file, signal));
  }
  return raws;
}

async function checkFiles(
  { engine, dateFormat }: LoadRun,
  raws: readonly RawRows[],
): Promise<void> {
  for (const dataset of all) await createCheckedTable(engine, dataset);
  for (const raw of raws) await checkRows(engine, raw, dateFormat);
  for (const dataset of all) await findDuplicates(engine, dataset);
}

async function compareWithStored(
  { engine, client }: LoadRun,
  raws: readonly RawRows[],
): Promise<void> {
  for (const dataset of all) await checkReferences(engine, client, dataset);
  for (const raw of raws) await keepRecords(engine, raw);
  for (const dataset of all) {
    await collectWarnings(engine, dataset);
    await compareRows(engine, client, dataset);
  }
  await gatherScientists(engine, client);
}

/** Computing keeps the engine busy, copying the database: they run side by side. */
async function computeAndCopy({ engine, client }: LoadRun): Promise<void> {
  const copying = (async () => {
    for (const dataset of all) await publishRows(engine, client, dataset);
  })();
  const results = await Promise.allSettled([copying, computeFeatures(engine)]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function publish({ engine, client, load }: LoadRun, raws: readonly RawRows[]): Promise<void> {
  await publishFeatures(engine, client, load.loadId);
  await publishFindings(engine, client);
  for (const raw of raws) await saveReceipt(client, raw.fileId, await countOutcomes(engine, raw));
  await markLoaded(client, load.loadId);
}
