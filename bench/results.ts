import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { Case } from './contest.ts';
import type { Measured } from './measure.ts';
import { resultsFile } from './paths.ts';
import type { Outcome, Surroundings } from './run-case.ts';

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface ContestantResult {
  readonly name: string;
  readonly title: string;
  readonly does: string;
  /** Why there are no figures. */
  readonly reason?: string;
  /** Median wall time, with that of the first contestant as 1. */
  readonly ratio?: number;
  readonly wallSeconds?: Summary;
  readonly cpuSeconds?: Summary;
  readonly peakMegabytes?: Summary;
  readonly databaseCpuSeconds?: Summary;
}

export interface Entry extends Case {
  readonly measuredOn: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
  readonly postgres: string;
  /** Of the last minute, when the case began. */
  readonly loadAverage: number;
  readonly runs: number;
  readonly inputMegabytes: number;
  readonly contestants: readonly ContestantResult[];
}

export function makeEntry(
  testCase: Case,
  outcomes: readonly Outcome[],
  around: Surroundings & { loadAverage: number },
): Entry {
  const first = summarize((outcomes[0]?.runs ?? []).map(({ wallSeconds }) => wallSeconds));
  return {
    ...testCase,
    measuredOn: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    postgres: around.server.version,
    loadAverage: round(around.loadAverage),
    runs: around.runs,
    inputMegabytes: round(around.files.sizeBytes / 1e6),
    contestants: outcomes.map((outcome) => summarizeOutcome(outcome, first?.median ?? Number.NaN)),
  };
}

function summarizeOutcome(
  { contestant: { name, title, does }, runs, reason }: Outcome,
  firstSeconds: number,
): ContestantResult {
  if (reason !== undefined) return { name, title, does, reason };
  const wallSeconds = runs.map((run) => run.wallSeconds);
  const figures = { ...figure(runs, 'wallSeconds'), ...figure(runs, 'cpuSeconds') };
  const others = { ...figure(runs, 'peakMegabytes'), ...figure(runs, 'databaseCpuSeconds') };
  const ratio = round((summarize(wallSeconds)?.median ?? Number.NaN) / firstSeconds);
  return { name, title, does, ratio, ...figures, ...others };
}

function figure(runs: readonly Measured[], name: keyof Measured): { [key: string]: Summary } {
  const summary = summarize(runs.map((run) => run[name]));
  return summary === undefined ? {} : { [name]: summary };
}

/** Nothing where a figure cannot be had. */
function summarize(values: readonly number[]): Summary | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted.at(0), sorted.at(-1)];
  if (least === undefined || most === undefined || sorted.some(Number.isNaN)) return undefined;
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? least;
  const high = sorted[Math.floor(sorted.length / 2)] ?? most;
  return { median: round((low + high) / 2), least: round(least), most: round(most) };
}

/** Three digits that count, as more would only look exact. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}

export function readEntries(): Entry[] {
  return existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : [];
}

/** Puts entries in the place of those of the same case; all entries. */
export function saveEntry(entry: Entry): Entry[] {
  const others = readEntries().filter((other) => keyOf(other) !== keyOf(entry));
  const entries = [...others, entry].sort(
    (a, b) => a.experiments - b.experiments || keyOf(a).localeCompare(keyOf(b)),
  );
  writeFileSync(resultsFile, `${JSON.stringify(entries, null, 2)}\n`);
  return entries;
}

function keyOf({ contest, experiments, shape, bad }: Case): string {
  return [contest, experiments, shape === 'uniform' ? 0 : 1, bad].join(' ');
}
