import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openEngine } from '../../src/compute/duckdb.ts';
import { administer, withDatabaseName } from '../support/server.ts';
import { openFuzzDatabase } from './database.ts';
import { drawCase, type Step } from './lab.ts';
import { type Bench, runCase } from './run-case.ts';
import { renderStatistics, startStatistics } from './statistics.ts';

/**
 * ELUTE_FUZZ_SECONDS for a long run, or ELUTE_FUZZ_RUNS; ELUTE_FUZZ_SEED and ELUTE_FUZZ_PATH to replay a case
 * that failed; ELUTE_FUZZ_WORKBOOKS for another share of workbooks, 0 to 1; ELUTE_FUZZ_KEEP names a folder that keeps the files of failed cases; ELUTE_FUZZ_SHRINK=1
 * looks for a smaller case.
 */
const settings = {
  seconds: readNumber('ELUTE_FUZZ_SECONDS'),
  runs: readNumber('ELUTE_FUZZ_RUNS'),
  seed: readNumber('ELUTE_FUZZ_SEED'),
  workbooks: readNumber('ELUTE_FUZZ_WORKBOOKS'),
  path: process.env['ELUTE_FUZZ_PATH'],
  keep: process.env['ELUTE_FUZZ_KEEP'],
  isShrinking: process.env['ELUTE_FUZZ_SHRINK'] === '1',
};

function readNumber(name: string): number | undefined {
  const text = process.env[name];
  return text === undefined || text === '' ? undefined : Number(text);
}

const shortRuns = 6;
const shortSeed = 20_261_122;

const root = mkdtempSync(join(tmpdir(), 'elute-fuzz-'));
const name = `elute_fuzz_${process.pid}`;
let bench: Bench;
let close: () => Promise<void>;

beforeAll(async () => {
  await administer(inject('serverUrl'), `create database ${name} template ${inject('template')}`);
  const database = await openFuzzDatabase(withDatabaseName(inject('serverUrl'), name));
  const engine = await openEngine({ scratchDirectory: root, memoryLimit: '500MB', threads: 1 });
  close = async () => {
    await engine.close();
    await database.close();
  };
  const path = join(root, 'whole.parquet');
  await engine.run(`copy (select range as user_id from range(50)) to '${path}' (format parquet)`);
  const parquet = readFileSync(path);
  bench = {
    database,
    engine,
    parquet,
    statistics: startStatistics(),
    workbooks: settings.workbooks ?? 0.03,
  };
});

afterAll(async () => {
  await close();
  await administer(inject('serverUrl'), `drop database ${name} with (force)`);
  rmSync(root, { recursive: true, force: true });
});

let cases = 0;

async function runInFolder(steps: readonly Step[]): Promise<void> {
  const folder = join(settings.keep ?? root, `case-${++cases}`);
  mkdirSync(folder, { recursive: true });
  await runCase(steps, folder, bench);
  rmSync(folder, { recursive: true, force: true });
}

test('random labs in random files give the rows, rejects, receipts and features of the oracle', async () => {
  const start = performance.now();
  const limit = settings.seconds && { interruptAfterTimeLimit: settings.seconds * 1000 };
  const runs = settings.seconds ? Number.MAX_SAFE_INTEGER : shortRuns;
  const details = await fc.check(fc.asyncProperty(drawCase(), runInFolder), {
    numRuns: settings.runs ?? runs,
    seed: settings.seed ?? (settings.seconds ? Date.now() % 2 ** 31 : shortSeed),
    endOnFailure: !settings.isShrinking,
    ...(settings.path && { path: settings.path }),
    ...limit,
  });
  if (settings.seconds || settings.runs) report(performance.now() - start);
  if (details.failed)
    throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
  expect(bench.statistics.cases).toBeGreaterThan(0);
}, 86_400_000);

function report(milliseconds: number): void {
  const { files } = bench.statistics;
  const rate = Math.round((files / milliseconds) * 60_000);
  const text = renderStatistics(bench.statistics);
  process.stderr.write(`\n${text}\n${Math.round(milliseconds / 1000)} s, ${rate} files a minute\n`);
}
