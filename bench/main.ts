import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case, Contest } from './contest.ts';
import { contests } from './contests/contests.ts';
import { generateFiles } from './files.ts';
import { renderedFile } from './paths.ts';
import { listCases, type Plan, readPlan } from './plan.ts';
import { renderEntries } from './render.ts';
import { type Entry, makeEntry, readEntries, saveEntry } from './results.ts';
import { runCase } from './run-case.ts';
import { callElute, type Server, startServer } from './server.ts';

/**
 * `npm run bench` measures Elute beside its rivals: the same files, the same server, in turn, and no
 * time for who gives another output. Replaces what it measured in bench/results.json, renders
 * bench/results.md from it, and prints the new tables.
 */
async function main(): Promise<void> {
  const plan = readPlan(
    process.argv.slice(2),
    contests.map(({ name }) => name),
  );
  if (plan.rendersOnly) return writeFileSync(renderedFile, renderEntries(readEntries()));
  const directory = mkdtempSync(join(tmpdir(), 'elute-bench-'));
  try {
    const entries = await measureAll(plan, await startServer(directory));
    process.stdout.write(renderEntries(entries));
    if (plan.isCheck) process.exitCode = entries.some(hasDifference) ? 1 : 0;
  } finally {
    await callElute(directory, ['database', 'stop']);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureAll(plan: Plan, server: Server): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of plan.contests) {
    for (const contest of contests.filter((one) => one.name === name)) {
      for (const testCase of listCases(plan, contest)) {
        const entry = await measureCase(testCase, chooseContestants(contest, plan), plan, server);
        entries.push(entry);
        if (!plan.isCheck) writeFileSync(renderedFile, renderEntries(saveEntry(entry)));
      }
    }
  }
  return entries;
}

async function measureCase(
  testCase: Case,
  contest: Contest,
  { runs, limitSeconds }: Plan,
  server: Server,
): Promise<Entry> {
  const files = await generateFiles(server.directory, testCase);
  const around = {
    ...{ server, files, runs, limitSeconds, loadAverage: loadavg()[0] ?? 0 },
    report: (line: string) => process.stderr.write(`${line}\n`),
  };
  return makeEntry(testCase, await runCase(testCase, contest, around), around);
}

/** `psql` stands for `psql-after` too. The first one and Elute itself always take part. */
function chooseContestants(contest: Contest, { rivals, isCheck }: Plan): Contest {
  const chosen = ({ name }: { name: string }) =>
    rivals === undefined ||
    ['elute', ...rivals].some((rival) => name === rival || name.startsWith(`${rival}-`));
  const contestants = contest.contestants.filter(
    (one, index) => index === 0 || (chosen(one) && !(isCheck && one.isExtra === true)),
  );
  return { ...contest, contestants };
}

/** A missing program or a refused file is no difference. */
function hasDifference({ contestants }: Entry): boolean {
  return contestants.some(({ reason }) => reason?.startsWith('differs') === true);
}

await main();
