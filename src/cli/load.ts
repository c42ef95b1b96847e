import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { type Reading, readingOptions } from '../domain/reading.ts';
import type { RejectLimit } from '../domain/reject-limit.ts';
import type { RowFinding } from '../domain/rejects.ts';
import { EluteError, exitCodes } from '../errors.ts';
import type { LoadOutcome } from '../operations/load-files.ts';
import { clientSettings } from '../settings/client.ts';
import { parseId, parseReading, parseRejectLimit } from './arguments.ts';
import { renderExamples } from './help.ts';
import { loadByServer } from './load-by-server.ts';
import { stepsHere } from './next-steps.ts';
import { renderJson } from './output.ts';
import { renderPlan } from './plan.ts';
import type { Cli, RemoteContext } from './program.ts';
import {
  countTotal,
  renderAlreadyLoaded,
  renderHint,
  renderLeftOut,
  renderLoad,
  renderRejects,
} from './receipt.ts';
import { makeSettingOptions } from './setting-options.ts';

export interface LoadFlags extends Omit<Reading, 'dataset'> {
  as?: NonNullable<Reading['dataset']>;
  maxRejects?: RejectLimit;
  onReject: 'skip' | 'abort';
  plan?: boolean;
  apply?: number;
  featuresOnly?: boolean;
  force?: boolean;
  json?: boolean;
}

const shownRejects = 10;

export function addLoadCommand(program: Command, cli: Cli): void {
  const command = program
    .command('load')
    .summary('check files and load what is good in them')
    .description(
      'Checks every row of the files, loads the good ones in one transaction, and prints what became of each. Reads CSV, TSV and other delimited text, xlsx, xls, ods, Parquet and JSON, also packed (gz, zst, zip). What a file holds is told by its content and header, not by its name.',
    )
    .argument(
      '[source...]',
      'files, folders (their table files), or quoted patterns such as "data/**/*.csv"',
    )
    .addOption(
      makeReadingOption(
        '--as <dataset>',
        'what the files hold, where a header fits several datasets',
        'dataset',
      ),
    )
    .addOption(
      makeReadingOption(
        '--date-format <format>',
        'how to read dates such as 03/04/2023: %d/%m/%Y or %m/%d/%Y',
        'dateFormat',
      ),
    )
    .addOption(
      makeReadingOption(
        '--decimal <mark>',
        'what numbers are written with: point, or comma as in 12,5',
        'decimal',
      ),
    )
    .addOption(
      makeReadingOption(
        '--encoding <name>',
        'how text is encoded: utf-8, utf-16le, utf-16be, windows-1252 (also for Latin-1)',
        'encoding',
      ),
    )
    .option(
      '--max-rejects <limit>',
      'load nothing when more rows are rejected: a number, or a share such as 1%',
      parseRejectLimit,
    )
    .addOption(
      new Option('--on-reject <action>', 'skip: load the other rows; abort: load nothing')
        .choices(['skip', 'abort'])
        .default('skip'),
    )
    .option('--plan', 'carry the load out, show what it changes, and roll it back')
    .option('--apply <plan>', 'load exactly what a plan has shown, by its number', parseId)
    .option('--features-only', 'compute and store features, not the rows they come from')
    .option('--force', 'load files also when the same content was loaded before')
    .option('--json', 'print the receipt as JSON')
    .addHelpText(
      'after',
      renderExamples({
        'elute load samples': 'all tables of a folder',
        'elute load lab.xlsx "2024/*.csv.gz"': 'a workbook, and all of a pattern',
        'elute load old.csv --date-format %d/%m/%Y': '03/04/2023 is the third of April',
        'elute load lab.zip --max-rejects 1%': 'or nothing, if more are bad',
        'elute load new.csv --plan': 'what would it change?',
        'elute load --apply 7': 'just that',
        'elute load lab.xlsx --server URL': 'have a server load it',
      }),
    )
    .action((sources: string[], options: Options) => runLoad(cli, sources, options));
  for (const option of makeSettingOptions(clientSettings)) command.addOption(option);
}

function makeReadingOption(flags: string, help: string, name: keyof Reading): Option {
  const { rule, parse } = readingOptions[name];
  return new Option(flags, help).argParser(parseReading<string>({ rule, parse }));
}

interface Options extends LoadFlags {
  server?: string;
  tokenFile?: string;
}

async function runLoad(
  cli: Cli,
  sources: string[],
  { server, tokenFile, ...flags }: Options,
): Promise<void> {
  checkSources(sources, flags);
  const remote = cli.makeRemoteContext({ server, tokenFile });
  const { outcome, steps } = remote
    ? await loadByServer(remote, sources, flags)
    : { outcome: await loadHere(cli.makeContext(), sources, flags), steps: stepsHere };
  const { load, alreadyLoaded, leftOut } = outcome;
  const { rejected } = countTotal(load);
  if (rejected > 0) cli.setExitCode(exitCodes.rejects);
  if (flags.json) return cli.print(renderJson({ ...outcome, load: load ?? null }));
  await cli.print(renderAlreadyLoaded(alreadyLoaded) + renderLeftOut(leftOut));
  if (load === undefined) return;
  await cli.print(renderLoad(load));
  if (rejected === 0) await cli.print(renderHint(load, steps));
  else await cli.print(renderRejects(load, await readRejects(cli, remote, load.loadId), steps));
  if (outcome.plan) await cli.print(renderPlan(load.loadId, outcome.plan, steps));
}

async function loadHere(
  context: Context,
  sources: readonly string[],
  flags: LoadFlags,
): Promise<LoadOutcome> {
  if (flags.apply !== undefined) {
    const { applyPlan } = await import('../operations/apply-plan.ts');
    return applyPlan(context, flags.apply);
  }
  const { loadFiles } = await import('../operations/load-files.ts');
  const { as, dateFormat, decimal, encoding, maxRejects, onReject } = flags;
  const rejectLimit = onReject === 'abort' ? { rows: 0 } : maxRejects;
  return loadFiles(context, sources, {
    reading: {
      ...(as && { dataset: as }),
      ...(dateFormat && { dateFormat }),
      ...(decimal && { decimal }),
      ...(encoding && { encoding }),
    },
    force: flags.force ?? false,
    featuresOnly: flags.featuresOnly ?? false,
    isPlan: flags.plan ?? false,
    ...(rejectLimit && { rejectLimit }),
  });
}

/** A plan knows its files and how they are read. */
function checkSources(sources: readonly string[], { apply, ...flags }: LoadFlags): void {
  if (apply === undefined && sources.length > 0) return;
  const isGiven = ([name, value]: [string, unknown]) => name !== 'json' && value !== 'skip';
  const others = Object.entries(flags).filter(isGiven);
  if (apply !== undefined && sources.length === 0 && others.length === 0) return;
  const message =
    apply === undefined
      ? 'Name what to load: files, folders or patterns.'
      : 'With --apply, name no files and no other options: the plan has them.';
  throw new EluteError('invalid_usage', message);
}

async function readRejects(
  cli: Cli,
  remote: RemoteContext | undefined,
  loadId: number,
): Promise<readonly RowFinding[]> {
  if (remote) {
    const { readRemoteRejects } = await import('../client/load-remotely.ts');
    return readRemoteRejects(remote.server, loadId, shownRejects);
  }
  const { readFindings } = await import('../operations/read-loads.ts');
  // What is loaded can no longer be interrupted.
  const calm = { ...cli.makeContext(), signal: new AbortController().signal };
  return (await readFindings(calm, loadId, shownRejects)).rejects;
}
