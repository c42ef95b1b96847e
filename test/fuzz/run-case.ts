import type { Context } from '../../src/context.ts';
import { EluteError } from '../../src/errors.ts';
import { applyPlan } from '../../src/operations/apply-plan.ts';
import { type LoadOutcome, loadFiles } from '../../src/operations/load-files.ts';
import { undoLoad } from '../../src/operations/undo-load.ts';
import { verifyFeatures } from '../../src/operations/verify-features.ts';
import { makeContext } from '../support/lab.ts';
import { expectFindings, expectLoad, expectPlan, expectSame, expectState } from './compare.ts';
import { composeFiles, type FileRun, placeFiles } from './compose-files.ts';
import type { PlacedTable, Reading } from './contract.ts';
import type { FuzzDatabase, Snapshot } from './database.ts';
import type { LoadStep, Step } from './lab.ts';
import { type PublishedLoad, recordLoad, sortOut } from './oracle/history.ts';
import { type Prediction, predictLoad } from './oracle/predict-load.ts';
import { applyChanges, emptyState, revertChanges, type State } from './oracle/state.ts';
import { add, type Statistics, time, watchStages } from './statistics.ts';

/** What all cases share. */
export interface Bench extends Pick<FileRun, 'engine' | 'parquet' | 'workbooks'> {
  readonly database: FuzzDatabase;
  readonly statistics: Statistics;
}

/** A case under way: what has been loaded, by the oracle's account. */
interface Run extends Bench, FileRun {
  readonly context: Context;
  readonly history: PublishedLoad[];
  state: State;
}

/** Carries out the steps of a case on an empty database and compares all that comes of each with the oracle. */
export async function runCase(steps: readonly Step[], folder: string, bench: Bench): Promise<void> {
  await time(bench.statistics, 'reset', bench.database.reset);
  const run = startRun(folder, bench);
  for (const step of steps) {
    run.stepNumber++;
    if (step.kind === 'undo') await undoOne(run, step.which);
    else await loadOne(run, step);
  }
  const verified = await time(bench.statistics, 'verify', () => verifyFeatures(run.context));
  expectSame('differences found by verify', verified.differences, []);
  bench.statistics.cases++;
}

function startRun(folder: string, bench: Bench): Run {
  const readings = new Map<string, Reading>();
  const context = makeContext(bench.database.url, folder);
  const findReading = (path: string) => readings.get(path) ?? {};
  const settings = { ...context.settings, threads: 1, findReading };
  return {
    ...bench,
    folder,
    context: { ...context, settings, onProgress: watchStages(bench.statistics) },
    readings,
    files: [],
    history: [],
    state: emptyState,
    stepNumber: 0,
  };
}

async function loadOne(run: Run, step: LoadStep): Promise<void> {
  const { statistics } = run;
  const files = await time(statistics, 'render', () => composeFiles(run, step));
  const { sources, tables } = await time(statistics, 'write', async () =>
    placeFiles(run, step, files),
  );
  statistics.files += files.length;
  const refusal = files.find((file) => file.refusal !== undefined)?.refusal;
  if (refusal !== undefined) return expectRefusal(run, sources, refusal);
  await loadGood(run, step, sources, tables);
}

async function expectRefusal(run: Run, sources: readonly string[], code: string): Promise<void> {
  const before = await run.database.takeSnapshot();
  const error = await load(run, sources, {}).catch((reason: unknown) => reason);
  expectSame('refusal', codeOf(error), code);
  expectSame('database after a refusal', await run.database.takeSnapshot(), before);
  add(run.statistics.refusals, code);
}

function codeOf(error: unknown): string {
  return error instanceof EluteError ? error.code : `no EluteError but ${describeFault(error)}`;
}

function describeFault(fault: unknown): string {
  return fault instanceof Error ? String(fault.stack) : 'a load';
}

function load(run: Run, sources: readonly string[], options: Parameters<typeof loadFiles>[2]) {
  run.statistics.loads++;
  return time(run.statistics, 'load', () => loadFiles(run.context, sources, options));
}

async function loadGood(
  run: Run,
  { force, manner }: LoadStep,
  sources: readonly string[],
  tables: readonly PlacedTable[],
): Promise<void> {
  const sorted = force ? { fresh: tables, known: [] } : sortOut(tables, run.history, run.state);
  const prediction = predictLoad(run.state, sorted.fresh);
  const rejected = prediction.tables.reduce((sum, { counts }) => sum + counts.rejected, 0);
  countTables(run.statistics, sorted.fresh, prediction);
  const before = await run.database.takeSnapshot();
  if (manner.kind === 'limited' && rejected > manner.rows)
    return expectTooMany(run, { sources, before, rows: manner.rows, force });
  const isPlan = manner.kind === 'plan' || manner.kind === 'applied plan';
  const outcome = await load(run, sources, { force, isPlan });
  expectLoad(outcome, sorted, prediction);
  if (!isPlan) return settleLoad(run, outcome, sorted.fresh, prediction);
  await expectUnchanged(run, outcome, prediction, before);
  if (manner.kind === 'plan' || outcome.load === undefined) return;
  const applied = await applyPlan(run.context, outcome.load.loadId);
  expectLoad(applied, sorted, prediction);
  await settleLoad(run, applied, sorted.fresh, prediction);
}

function countTables(
  statistics: Statistics,
  tables: readonly PlacedTable[],
  prediction: Prediction,
): void {
  for (const { format } of tables) add(statistics.formats, format);
  for (const { counts, rejects } of prediction.tables) {
    statistics.tables++;
    statistics.rows += counts.read;
    statistics.rejects += counts.rejected;
    statistics.warnings += counts.warnings;
    for (const { code } of rejects) add(statistics.rejectCodes, code);
  }
}

interface Limited {
  readonly sources: readonly string[];
  readonly before: Snapshot;
  readonly rows: number;
  readonly force: boolean;
}

async function expectTooMany(run: Run, { sources, before, rows, force }: Limited): Promise<void> {
  const error = await load(run, sources, { force, rejectLimit: { rows } }).catch(
    (reason: unknown) => reason,
  );
  expectSame('refusal', codeOf(error), 'too_many_rejects');
  const after = await run.database.takeSnapshot();
  expectSame('database after too many rejects', { ...after, loads: 0 }, { ...before, loads: 0 });
  add(run.statistics.refusals, 'too_many_rejects');
}

async function expectUnchanged(
  run: Run,
  outcome: LoadOutcome,
  prediction: Prediction,
  before: Snapshot,
): Promise<void> {
  const after = await run.database.takeSnapshot();
  expectSame('database after a plan', { ...after, loads: 0 }, { ...before, loads: 0 });
  if (outcome.load === undefined) return;
  run.statistics.plans++;
  expectPlan(outcome, prediction);
  expectFindings(await run.database.readFindings(outcome.load.loadId), prediction);
}

async function settleLoad(
  run: Run,
  { load: loaded }: LoadOutcome,
  tables: readonly PlacedTable[],
  prediction: Prediction,
): Promise<void> {
  if (loaded !== undefined) {
    run.state = applyChanges(run.state, prediction.changes);
    run.history.push(recordLoad(loaded.loadId, tables, prediction));
    const found = await time(run.statistics, 'findings', () =>
      run.database.readFindings(loaded.loadId),
    );
    expectFindings(found, prediction, tables);
  }
  const after = await time(run.statistics, 'snapshot', run.database.takeSnapshot);
  expectState(after, run.state);
}

/** Loads are undone in any order: some stand on others, and must be refused. */
async function undoOne(run: Run, which: number): Promise<void> {
  const loads = run.history.filter(({ isUndone }) => !isUndone);
  const chosen = loads[which % Math.max(1, loads.length)];
  if (chosen === undefined) return;
  const reverted = revertChanges(run.state, chosen.changes);
  const error = await time(run.statistics, 'undo', () =>
    undoLoad(run.context, chosen.loadId).then(
      () => undefined,
      (reason: unknown) => reason,
    ),
  );
  expectSame('undo', error && codeOf(error), reverted ? undefined : 'undo_refused');
  if (reverted) {
    run.state = reverted;
    chosen.isUndone = true;
    for (const load of run.history) load.isBeforeUndo = true;
    run.statistics.undos++;
  } else add(run.statistics.refusals, 'undo_refused');
  expectState(await run.database.takeSnapshot(), run.state);
}
