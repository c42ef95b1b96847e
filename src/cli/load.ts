import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import { parseDateFormat } from './arguments.ts';
import { renderExamples } from './help.ts';
import { renderJson } from './output.ts';
import type { Cli } from './program.ts';
import {
  countTotal,
  renderAlreadyLoaded,
  renderHint,
  renderLoad,
  renderRejects,
} from './receipt.ts';

interface Options {
  dateFormat?: string;
  force?: boolean;
  json?: boolean;
}

const shownRejects = 10;

export function addLoadCommand(program: Command, cli: Cli): void {
  program
    .command('load')
    .summary('check files and load what is good in them')
    .description(
      'Checks every row of the files, loads the good ones in one transaction, and prints what became of each. What a file holds is told by its header, not by its name.',
    )
    .argument(
      '<source...>',
      'files, folders (their .csv and .tsv files), or quoted patterns such as "data/**/*.csv"',
    )
    .option(
      '--date-format <format>',
      'how to read dates such as 03/04/2023: %d/%m/%Y or %m/%d/%Y',
      parseDateFormat,
    )
    .option('--force', 'load files also when the same content was loaded before')
    .option('--json', 'print the receipt as JSON')
    .addHelpText(
      'after',
      renderExamples({
        'elute load samples': 'all tables of a folder',
        'elute load users.csv "2024/*.csv"': 'a file, and all of a pattern',
        'elute load old.csv --date-format %d/%m/%Y': '03/04/2023 is the third of April',
      }),
    )
    .action((sources: string[], options: Options) => runLoad(cli, sources, options));
}

async function runLoad(cli: Cli, sources: string[], options: Options): Promise<void> {
  const { loadFiles } = await import('../operations/load-files.ts');
  const context = cli.makeContext();
  const { load, alreadyLoaded } = await loadFiles(context, sources, options);
  const { rejected } = countTotal(load);
  if (rejected > 0) cli.setExitCode(exitCodes.rejects);
  if (options.json) return cli.print(renderJson({ load: load ?? null, alreadyLoaded }));
  await cli.print(renderAlreadyLoaded(alreadyLoaded));
  if (load === undefined) return;
  await cli.print(renderLoad(load));
  if (rejected === 0) return cli.print(renderHint(load));
  const { readFindings } = await import('../operations/read-loads.ts');
  // What is loaded can no longer be interrupted.
  const calm = { ...context, signal: new AbortController().signal };
  const { rejects } = await readFindings(calm, load.loadId, shownRejects);
  await cli.print(renderRejects(load, rejects));
}
