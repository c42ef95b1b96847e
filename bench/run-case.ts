import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findDifference, type Row } from './compare.ts';
import type { Case, Contest, Contestant, Stage } from './contest.ts';
import type { LabFiles } from './files.ts';
import { type Measured, measureCommand } from './measure.ts';
import type { Server } from './server.ts';

export interface Surroundings {
  readonly server: Server;
  readonly files: LabFiles;
  readonly limitSeconds: number;
  readonly runs: number;
  readonly report: (line: string) => void;
}

const farBehind = 3;

/** What became of a contestant: its runs, or why they do not count. */
export interface Outcome {
  readonly contestant: Contestant;
  readonly runs: Measured[];
  reason?: string;
}

/**
 * Runs the contestants in turn, again and again, each in a database of its own. The first one's output
 * of a turn is what the others must give in that turn; one who does not is out.
 */
export async function runCase(
  testCase: Case,
  contest: Contest,
  surroundings: Surroundings,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = contest.contestants.map((contestant) => ({ contestant, runs: [] }));
  try {
    for (const outcome of outcomes) await prepare(outcome, testCase, surroundings);
    for (let run = 1; run <= surroundings.runs; run += 1) {
      let expected: Row[] | undefined;
      for (const outcome of outcomes.filter((one) => isToRun(one, outcomes[0]))) {
        const output = await runOnce(outcome, { testCase, run, expected }, surroundings);
        if (outcome === outcomes[0]) expected = output;
      }
      if (outcomes[0]?.reason !== undefined) throw new Error(`elute ${outcomes[0].reason}`);
    }
  } finally {
    for (const { contestant } of outcomes) {
      await surroundings.server.dropDatabase(storedName(contestant));
    }
  }
  return outcomes;
}

/** Who is far behind runs once: the hour is spent on those whose place is not clear. */
function isToRun({ reason, runs: [own] }: Outcome, first: Outcome | undefined): boolean {
  const behind = (own?.wallSeconds ?? 0) / (first?.runs[0]?.wallSeconds ?? 1);
  return reason === undefined && behind < farBehind;
}

async function prepare(outcome: Outcome, testCase: Case, around: Surroundings): Promise<void> {
  const { contestant } = outcome;
  const folder = folderOf(contestant, testCase, around);
  mkdirSync(folder, { recursive: true });
  await attempt(outcome, async () => {
    const missing = await contestant.missing?.();
    if (missing !== undefined) throw new Error(missing);
    if (contestant.stored === undefined) return;
    const url = await around.server.makeDatabase(storedName(contestant));
    const stage = makeStage(contestant, { testCase, run: 0, url }, around);
    await measureCommand(contestant.stored(stage), { seconds: around.limitSeconds });
  });
}

interface Turn {
  readonly testCase: Case;
  readonly run: number;
  readonly expected: Row[] | undefined;
}

async function runOnce(
  outcome: Outcome,
  { testCase, run, expected }: Turn,
  around: Surroundings,
): Promise<Row[] | undefined> {
  const { contestant } = outcome;
  const { server, limitSeconds, report } = around;
  const name = `bench_${contestant.name.replaceAll('-', '_')}`;
  const template = contestant.stored === undefined ? undefined : storedName(contestant);
  const usesDatabase = contestant.read !== undefined;
  let output: Row[] | undefined;
  await attempt(outcome, async () => {
    const url = usesDatabase ? await server.makeDatabase(name, template) : '';
    const stage = makeStage(contestant, { testCase, run, url }, around);
    const limits = {
      seconds: limitSeconds,
      ...(usesDatabase && { serverProcess: server.processId }),
    };
    await contestant.before?.(stage);
    const measured = await measureCommand(contestant.command(stage), limits).finally(() =>
      contestant.after?.(stage),
    );
    output = await readOutput(contestant, stage);
    const difference = expected && output && findDifference(expected, output);
    if (difference !== undefined) throw new Error(`differs: ${difference}`);
    outcome.runs.push(measured);
  });
  if (usesDatabase) await server.dropDatabase(name);
  const told = outcome.reason ?? JSON.stringify(outcome.runs.at(-1));
  report(`${testCase.contest} ${testCase.experiments} ${contestant.name}: ${told}`);
  return output;
}

/** A column that holds anything but values of its type cannot be read. */
async function readOutput(contestant: Contestant, stage: Stage): Promise<Row[] | undefined> {
  try {
    return await contestant.read?.(stage);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`differs: what it stored cannot be compared (${text})`, { cause: error });
  }
}

async function attempt(outcome: Outcome, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    outcome.reason = error instanceof Error ? error.message : String(error);
  }
}

function makeStage(
  contestant: Contestant,
  { testCase, run, url }: { testCase: Case; run: number; url: string },
  around: Surroundings,
): Stage {
  const folder = folderOf(contestant, testCase, around);
  return { files: around.files, run, serverDirectory: around.server.directory, folder, url };
}

function folderOf({ name }: Contestant, { contest, experiments }: Case, { server }: Surroundings) {
  return join(server.directory, 'contestants', contest, String(experiments), name);
}

function storedName({ name }: Contestant): string {
  return `stored_${name.replaceAll('-', '_')}`;
}
