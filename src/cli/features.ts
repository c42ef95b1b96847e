import { type Command, Option } from 'commander';
import {
  builtInFeatures,
  type Feature,
  type FeatureRow,
  selectDatabaseFeatures,
  selectScientistFeatures,
} from '../domain/features.ts';
import { EluteError } from '../errors.ts';
import type { FeatureRequest } from '../operations/read-features.ts';
import { parseCount, parseId, parsePair } from './arguments.ts';
import { renderExamples } from './help.ts';
import { makeJsonPages, type PageRenderer, renderJson } from './output.ts';
import { type WriteOutput, withOutput } from './output-file.ts';
import type { Cli } from './program.ts';
import { showCount } from './receipt.ts';
import { asCell, asList, type Cell, type Column, renderTable, showValue } from './table.ts';

const formats = ['table', 'csv', 'json', 'parquet'] as const;

interface Options extends FeatureRequest {
  format: (typeof formats)[number];
  json?: boolean;
  output?: string;
}

export function addFeaturesCommand(program: Command, cli: Cli): void {
  program
    .command('features')
    .summary('print the derived table')
    .description('Prints the features of every scientist, or all about one.')
    .argument('[user_id]', 'one scientist', parseId)
    .option(
      '--where <condition>',
      'only those it holds for, such as total_exp_per_user.gte=3; may be repeated',
      parsePair,
    )
    .option('--sort <columns>', 'the order: user_id, or -total_exp_per_user to begin with the most')
    .option('--limit <n>', 'print that many rows at most', parseCount)
    .addOption(
      new Option('--format <format>', 'how to print them').choices(formats).default('table'),
    )
    .option('--json', 'short for --format json')
    .option('--output <file>', 'write them to a new file')
    .addHelpText('after', ({ command }) => `\nFeatures:\n${listBuiltIn(command)}`)
    .addHelpText('after', conditions)
    .addHelpText(
      'after',
      renderExamples({
        'elute features --limit 10': 'the first ten rows',
        'elute features 7': 'all features of user 7',
        'elute features --sort -distinct_compounds': 'who used the most compounds first',
        'elute features --format csv > all.csv': 'every column, in full precision',
      }),
    )
    .action((userId: number | undefined, options: Options) => runFeatures(cli, userId, options));
}

const conditions = `
Conditions:
  COLUMN=VALUE, and with an operator COLUMN.gt= .gte= .lt= .lte= .in=1,2,3
  .contains= .starts= (texts) .has= (lists) .null=true`;

async function runFeatures(cli: Cli, userId: number | undefined, options: Options): Promise<void> {
  if (options.format === 'parquet' && options.output === undefined && process.stdout.isTTY)
    throw new EluteError(
      'invalid_usage',
      'Parquet is not for a terminal. Name a file with --output.',
    );
  if (userId !== undefined && (options.where ?? options.sort) !== undefined)
    throw new EluteError('invalid_usage', '--where and --sort are for the list, not for one user.');
  const asked = options.json ? { ...options, format: 'json' as const } : options;
  await withOutput(cli, options.output, (write) =>
    userId === undefined ? printAll(cli, asked, write) : printOne(cli, { ...asked, userId }, write),
  );
}

async function printAll(cli: Cli, options: Options, write: WriteOutput): Promise<void> {
  const { exportFeatures, readAllFeatures } = await import('../operations/read-features.ts');
  const { format, where, sort, limit } = options;
  const request = {
    ...(where && { where }),
    ...(sort !== undefined && { sort }),
    ...(limit !== undefined && { limit }),
  };
  if (format === 'csv' || format === 'parquet')
    return exportFeatures(cli.makeContext(), { ...request, format }, write);
  let pages: PageRenderer<FeatureRow> | undefined;
  await readAllFeatures(cli.makeContext(), request, (rows, features) => {
    pages ??= format === 'json' ? makeJsonPages() : makeOverviewPages(features, where);
    return write(pages.page(rows));
  });
  await write(pages?.end ?? '');
  if (format === 'table') await printFeaturesOnly(cli, write);
}

/** Which figures no rows stand behind. */
async function printFeaturesOnly(cli: Cli, write: WriteOutput): Promise<void> {
  const { readFeaturesOnly } = await import('../operations/read-features.ts');
  for (const { loadId, users } of await readFeaturesOnly(cli.makeContext())) {
    await write(
      `The features of ${showCount(users, 'user')} come from the features-only load ${loadId}.\n`,
    );
  }
}

async function printOne(
  cli: Cli,
  { format, userId }: Pick<Options, 'format'> & { userId: number },
  write: WriteOutput,
): Promise<void> {
  const { exportFeatures, readFeaturesOf } = await import('../operations/read-features.ts');
  const { row, features } = await readFeaturesOf(cli.makeContext(), userId);
  if (format === 'json') await write(renderJson([row]));
  else if (format === 'table') await write(renderOne(row, features));
  else {
    const where = [['user_id', String(userId)]] as const;
    await exportFeatures(cli.makeContext(), { where, format }, write);
  }
}

function listColumns(features: readonly Feature[]): Column<FeatureRow>[] {
  return ['user_id', ...features.map(({ name }) => name)].map(makeColumn);
}

/** The columns on the most used compounds share one, and what is the same in every row stands below the table. */
function listOverviewColumns(features: readonly Feature[]): Column<FeatureRow>[] {
  const own = selectScientistFeatures(features).filter(({ name }) => !sharing.has(name));
  return [...listColumns(own), { title: 'most_consumed_compounds', value: showMostConsumed }];
}

const sharing: ReadonlySet<string> = new Set(
  builtInFeatures.map(({ name }) => name).filter((name) => name.startsWith('most_consumed_')),
);

function makeColumn(name: string): Column<FeatureRow> {
  return { title: name, value: (row) => asCell(row[name]) };
}

/** Each page is a table of its own width, with its own head. */
function makeOverviewPages(
  features: readonly Feature[],
  where: Options['where'],
): PageRenderer<FeatureRow> {
  const nobody = where ? 'There are no such scientists.\n' : 'No scientists are stored yet.\n';
  let isFirst = true;
  return {
    page: (rows) => {
      const [first] = rows;
      const page =
        first === undefined ? '' : `${isFirst ? '' : '\n'}${renderOverview(rows, features)}`;
      const none = isFirst && first === undefined ? nobody : '';
      isFirst = false;
      return page + none;
    },
    end: '',
  };
}

function renderOverview(rows: readonly FeatureRow[], features: readonly Feature[]): string {
  const common = selectDatabaseFeatures(features).map(
    ({ name, meaning }) => `${name}: ${Number(Number(rows[0]?.[name]).toFixed(4))} (${meaning})`,
  );
  return `${renderTable(rows, listOverviewColumns(features))}\n${common.join('\n')}\n`;
}

/** One scientist's features, one a line. */
function renderOne(row: FeatureRow, features: readonly Feature[]): string {
  return renderTable<{ name: string; unit: string }>(
    [{ name: 'user_id', unit: '' }, ...features],
    [
      { title: 'feature', value: ({ name }) => name },
      { title: 'value', value: ({ name }) => showValue(row[name]) },
      { title: 'unit', value: ({ unit }) => unit },
    ],
  );
}

const shownCompounds = 3;

/** `2 Aspirin; 3 Ibuprofen (4 uses each)`. */
function showMostConsumed(row: FeatureRow): Cell {
  const ids = asList(row['most_consumed_compounds']);
  const names = asList(row['most_consumed_compound_names']);
  const uses = Number(row['most_consumed_compound_uses']);
  if (ids.length === 0) return null;
  const shown = ids.slice(0, shownCompounds).map((id, i) => `${id} ${names[i] ?? ''}`.trim());
  const others = ids.length > shownCompounds ? `; ${ids.length - shownCompounds} more` : '';
  const count = `${uses} use${uses === 1 ? '' : 's'}${ids.length > 1 ? ' each' : ''}`;
  return `${shown.join('; ')}${others} (${count})`;
}

/** Each column and its meaning, for the help. */
function listBuiltIn(command: Command): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: command.configureOutput().getOutHelpWidth?.() ?? 80 });
  const width = Math.max(...builtInFeatures.map(({ name }) => name.length));
  return builtInFeatures
    .map(({ name, meaning }) => help.formatItem(name, width, meaning, help))
    .join('\n');
}
