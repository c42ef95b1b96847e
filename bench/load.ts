import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { copyByHand } from './copy.ts';
import { countRows, readVersion, withDatabase } from './database.ts';
import { callElute, measureLoad } from './elute.ts';
import { generateFiles, type LabFiles } from './files.ts';
import { type Result, renderResults, roundTo2, saveResult, summarize } from './results.ts';

interface Plan {
  readonly experiments: number;
  readonly runs: number;
}

interface Run {
  readonly copySeconds: number;
  readonly eluteSeconds: number;
  readonly elutePeakMegabytes: number;
}

/**
 * `npm run bench -- [experiments] [--runs N]` measures a whole `elute load` into an empty database
 * against a bare COPY of the same files into the same server, in turn. Replaces the entry of that
 * size in bench/results.json, and prints the table of all.
 */
async function main(): Promise<void> {
  const plan = readPlan();
  const directory = mkdtempSync(join(tmpdir(), 'elute-bench-'));
  try {
    const result = await measure(directory, plan);
    process.stdout.write(renderResults(saveResult(plan.experiments, result)));
  } finally {
    await callElute(directory, ['database', 'stop']);
    rmSync(directory, { recursive: true, force: true });
  }
}

function readPlan(): Plan {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '3' } },
  });
  const plan = { experiments: Number(positionals[0] ?? 1e6), runs: Number(values.runs) };
  if (plan.experiments >= 1000 && plan.runs >= 1) return plan;
  throw new Error('usage: npm run bench -- [experiments, at least 1000] [--runs N]');
}

async function measure(directory: string, { experiments, runs }: Plan): Promise<Result> {
  const loadAverage = loadavg()[0] ?? 0;
  const files = await generateFiles(directory, experiments);
  const serverUrl = (await callElute(directory, ['database', 'url'])).trim();
  const measured: Run[] = [];
  while (measured.length < runs) {
    const run = await measureBoth(directory, files, serverUrl);
    process.stderr.write(`${JSON.stringify(run)}\n`);
    measured.push(run);
  }
  return {
    command: `npm run bench -- ${experiments} --runs ${runs}`,
    measuredOn: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    postgres: await readVersion(serverUrl),
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    loadAverage: roundTo2(loadAverage),
    inputMegabytes: roundTo2(files.sizeBytes / 1e6),
    copySeconds: summarize(measured.map((run) => run.copySeconds)),
    eluteSeconds: summarize(measured.map((run) => run.eluteSeconds)),
    elutePeakMegabytes: summarize(measured.map((run) => run.elutePeakMegabytes)),
  };
}

/** One after the other, each into an empty database that must hold every row of the files then. */
async function measureBoth(directory: string, files: LabFiles, serverUrl: string): Promise<Run> {
  const copySeconds = await withDatabase(serverUrl, 'bench_copy', async (url) => {
    const seconds = await copyByHand(url, files);
    checkCounts('COPY', await countRows(url, 'public'), files);
    return seconds;
  });
  const load = await withDatabase(serverUrl, 'bench_elute', async (url) => {
    const measured = await measureLoad(directory, files, url);
    checkCounts('elute load', await countRows(url, 'elute'), files);
    return measured;
  });
  return { copySeconds, eluteSeconds: load.seconds, elutePeakMegabytes: load.peakMegabytes };
}

function checkCounts(who: string, counts: LabFiles['rows'], { rows }: LabFiles): void {
  const [found, wanted] = [counts, rows].map((value) => JSON.stringify(value));
  if (found !== wanted) throw new Error(`after ${who} there are ${found} rows, not ${wanted}`);
}

await main();
