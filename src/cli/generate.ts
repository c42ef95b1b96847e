import { type Command, InvalidArgumentError } from 'commander';
import { parseCount } from './arguments.ts';
import { renderExamples } from './help.ts';
import type { Cli } from './program.ts';
import { renderTable } from './table.ts';

interface Options {
  users: number;
  experiments: number;
  compounds: number;
  badRows: number;
  skew: number;
  seed: number;
  force?: boolean;
}

export function addGenerateCommand(program: Command, cli: Cli): void {
  program
    .command('generate')
    .summary('write synthetic files of any size')
    .description(
      'Writes users.csv, compounds.csv and user_experiments.csv of a made-up lab, to try Elute out or to measure it. The same options give the same bytes.',
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
    .option(
      '--skew <s>',
      'how unevenly compounds are used: 0 evenly, 1 by the law of Zipf',
      parseSkew,
      0,
    )
    .option('--seed <n>', 'another seed gives other data', parseCount, 1)
    .option('--force', 'overwrite files that are there')
    .addHelpText(
      'after',
      renderExamples({
        'elute generate big --experiments 1e7': 'ten million experiments, about 300 MB',
        'elute generate bad --bad-rows 1%': 'one experiment in a hundred has a fault',
      }),
    )
    .action(async (folder: string, options: Options) => {
      const { generateFiles } = await import('../operations/generate-files.ts');
      const files = await generateFiles(cli.makeContext(), folder, options);
      await cli.print(
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

/** Beyond 10 practically all uses are of the first compound. */
function parseSkew(text: string): number {
  const skew = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (skew <= 10) return skew;
  throw new InvalidArgumentError('Give a number from 0 to 10, such as 1 or 0.5.');
}
