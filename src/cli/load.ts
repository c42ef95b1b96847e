import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import { loadFiles } from '../operations/load-files.ts';
import { readFindings } from '../operations/read-loads.ts';
import { parseDateFormat } from './arguments.ts';
import type { Cli } from './program.ts';
import { renderAlreadyLoaded, renderFindings, renderLoad } from './receipt.ts';

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
      'Checks every row of the files and loads the good ones in one transaction. Files are told apart by\ntheir headers; of a folder, its .csv and .tsv files are taken.',
    )
    .argument('<source...>', 'files, folders, or quoted patterns such as "data/**/*.csv"')
    .option(
      '--date-format <format>',
      'how to read dates such as 03/04/2023: %d/%m/%Y or %m/%d/%Y',
      parseDateFormat,
    )
    .option('--force', 'load files also when the same content was loaded before')
    .option('--json', 'print the receipt as JSON')
    .action((sources: string[], options: Options) => runLoad(cli, sources, options));
}

async function runLoad(cli: Cli, sources: string[], options: Options): Promise<void> {
  const context = cli.makeContext();
  const { load, alreadyLoaded } = await loadFiles(context, sources, options);
  const rejected = load?.files.some((file) => (file.counts?.rejected ?? 0) > 0) ?? false;
  if (rejected) cli.setExitCode(exitCodes.rejects);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ load: load ?? null, alreadyLoaded }, null, 2)}\n`);
    return;
  }
  process.stdout.write(renderAlreadyLoaded(alreadyLoaded));
  if (load === undefined) return;
  process.stdout.write(renderLoad(load));
  if (rejected) {
    const findings = await readFindings(context, load.loadId, shownRejects + 1);
    process.stdout.write(renderFindings(load, findings.rejects, shownRejects));
  }
}
