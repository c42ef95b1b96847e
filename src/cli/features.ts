import { type Command, Option } from 'commander';
import {
  builtInFeatures,
  type Feature,
  type FeatureRow,
  selectDatabaseFeatures,
  selectScientistFeatures,
} from '../domain/features.ts';
import { parseCount, parseId } from './arguments.ts';
import { renderExamples } from './help.ts';
import {
  makeCsvPages,
  makeJsonPages,
  type OutputFormat,
  outputFormats,
  type PageRenderer,
  renderCsv,
  renderJson,
} from './output.ts';
import type { Cli } from './program.ts';
import { showCount } from './receipt.ts';
import { asCell, asList, type Cell, type Column, renderTable, showValue } from './table.ts';

interface Options {
  limit?: number;
  format: OutputFormat;
  json?: boolean;
}

export function addFeaturesCommand(program: Command, cli: Cli): void {
  program
    .command('features')
    .summary('print the derived table')
    .description('Prints the features of every scientist, or all about one.')
    .argument('[user_id]', 'one scientist', parseId)
    .option('--limit <n>', 'print that many rows at most', parseCount)
    .addOption(
      new Option('--format <format>', 'how to print them').choices(outputFormats).default('table'),
    )
    .option('--json', 'short for --format json')
    .addHelpText('after', ({ command }) => `\nFeatures:\n${listBuiltIn(command)}`)
    .addHelpText(
      'after',
      renderExamples({
        'elute features --limit 10': 'the first ten rows',
        'elute features 7': 'all features of user 7',
        'elute features --format csv > all.csv': 'every column, in full precision',
      }),
    )
    .action((userId: number | undefined, { limit, format, json }: Options) => {
      const asked = json ? 'json' : format;
      return userId === undefined ? printAll(cli, asked, limit) : printOne(cli, asked, userId);
    });
}

async function printAll(cli: Cli, format: OutputFormat, limit: number | undefined): Promise<void> {
  const { readAllFeatures } = await import('../operations/read-features.ts');
  let pages: PageRenderer<FeatureRow> | undefined;
  await readAllFeatures(
    cli.makeContext(),
    limit === undefined ? {} : { limit },
    (rows, features) => {
      pages ??= makePages(format, features);
      return cli.print(pages.page(rows));
    },
  );
  await cli.print(pages?.end ?? '');
  if (format === 'table') await printFeaturesOnly(cli);
}

/** Which figures no rows stand behind. */
async function printFeaturesOnly(cli: Cli): Promise<void> {
  const { readFeaturesOnly } = await import('../operations/read-features.ts');
  for (const { loadId, users } of await readFeaturesOnly(cli.makeContext())) {
    await cli.print(
      `The features of ${showCount(users, 'user')} come from the features-only load ${loadId}.\n`,
    );
  }
}

function makePages(format: OutputFormat, features: readonly Feature[]): PageRenderer<FeatureRow> {
  if (format === 'json') return makeJsonPages();
  return format === 'csv' ? makeCsvPages(listColumns(features)) : makeOverviewPages(features);
}

async function printOne(cli: Cli, format: OutputFormat, userId: number): Promise<void> {
  const { readFeaturesOf } = await import('../operations/read-features.ts');
  const { row, features } = await readFeaturesOf(cli.makeContext(), userId);
  if (format === 'json') await cli.print(renderJson([row]));
  else if (format === 'csv') await cli.print(renderCsv([row], listColumns(features)));
  else await cli.print(renderOne(row, features));
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
function makeOverviewPages(features: readonly Feature[]): PageRenderer<FeatureRow> {
  let isFirst = true;
  return {
    page: (rows) => {
      const [first] = rows;
      const page =
        first === undefined ? '' : `${isFirst ? '' : '\n'}${renderOverview(rows, features)}`;
      const none = isFirst && first === undefined ? 'No scientists are stored yet.\n' : '';
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
