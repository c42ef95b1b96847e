import { type Command, InvalidArgumentError } from 'commander';
import { generateFiles } from '../operations/generate-files.ts';
import { parseCount } from './arguments.ts';
import { renderTable } from './output.ts';
import type { Cli } from './program.ts';

interface Options {
  users: number;
  experiments: number;
  compounds: number;
  badRows: number;
  seed: number;
  force?: boolean;
}

export function addGenerateCommand(program: Command, cli: Cli): void {
  program
    .command('generate')
    .summary('write synthetic files of any size')
    .description(
      'Writes users.csv, compounds.csv and user_experiments.csv; the same options give the same bytes.',
    )
    .argument('<folder>', 'where to write them')
    .option('--users <n>', 'how many users', parseCount, 1000)
    .option('--experiments <n>', 'how many experiments', parseCount, 100_000)
    .option('--compounds <n>', 'how many compounds', parseCount, 1000)
    .option(
      '--bad-rows <percent>',
      'share of experiments with a fault, such as 1%',
      parsePercent,
      0,
    )
    .option('--seed <n>', 'another seed gives other data', parseCount, 1)
    .option('--force', 'overwrite files that are there')
    .action(async (folder: string, options: Options) => {
      const files = await generateFiles(cli.makeContext(), folder, options);
      process.stdout.write(
        renderTable(files, [
          { title: 'file', value: ({ path }) => path },
          { title: 'rows', value: ({ rows }) => rows },
        ]),
      );
    });
}

/** `1%` or `1` is 0.01. */
function parsePercent(text: string): number {
  const percent = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (percent <= 100) return percent / 100;
  throw new InvalidArgumentError('Give a share from 0% to 100%.');
}
