import { type Command, Option } from 'commander';
import { type FeatureRow, features } from '../domain/features.ts';
import { readFeatures } from '../operations/read-features.ts';
import { parseCount, parseId } from './arguments.ts';
import { type Cell, type Column, type OutputFormat, outputFormats, renderRows } from './output.ts';
import type { Cli } from './program.ts';

interface Options {
  limit?: number;
  format: OutputFormat;
  json?: boolean;
}

const columns: readonly Column<FeatureRow>[] = ['user_id', ...features.map(({ name }) => name)].map(
  (name) => ({
    title: name,
    value: (row) => asCell(row[name]),
  }),
);

export function addFeaturesCommand(program: Command, cli: Cli): void {
  program
    .command('features')
    .summary('print the derived table')
    .description('Prints the features of every scientist, or of one.')
    .argument('[user_id]', 'one scientist', parseId)
    .option('--limit <n>', 'print that many rows at most', parseCount)
    .addOption(
      new Option('--format <format>', 'how to print them').choices(outputFormats).default('table'),
    )
    .option('--json', 'short for --format json')
    .action(async (userId: number | undefined, { limit, format, json }: Options) => {
      const rows = await readFeatures(cli.makeContext(), {
        ...(userId !== undefined && { userId }),
        ...(limit !== undefined && { limit }),
      });
      process.stdout.write(renderRows(rows, columns, json ? 'json' : format));
    });
}

/** The view's columns are figures, names, lists of them, or null. */
function asCell(value: unknown): Cell {
  if (Array.isArray(value)) return value.map((item) => (item === null ? null : String(item)));
  return typeof value === 'number' || value === null ? value : String(value);
}
