import { type Command, Option } from 'commander';
import type { Load } from '../domain/load.ts';
import { renderMendable } from '../domain/mendable.ts';
import { nameSource } from '../domain/places.ts';
import { errorColumn, type Reject, type RowFinding } from '../domain/rejects.ts';
import { EluteError } from '../errors.ts';
import { parseId } from './arguments.ts';
import { renderExamples } from './help.ts';
import { type OutputFormat, outputFormats, renderJson } from './output.ts';
import type { Cli } from './program.ts';
import { countTotal, showCount, showLocalTime } from './receipt.ts';
import { bold, type Cell, type Column, renderTable } from './table.ts';

interface Options {
  format: OutputFormat;
  file?: string;
  json?: boolean;
}

const columns: readonly Column<RowFinding>[] = [
  { title: 'line', value: showPlace },
  { title: 'what is wrong', value: ({ message }) => message },
];

/** Without the file, which stands above the table: the line, or the cell of a sheet. */
function showPlace({ file, place, line }: RowFinding): Cell {
  const cell = place.startsWith(`${file}!`) ? place.slice(file.length + 1) : undefined;
  return cell ?? line;
}

export function addRejectsCommand(program: Command, cli: Cli): void {
  program
    .command('rejects')
    .summary('list the rows a load did not take, and why')
    .description(
      `Lists the rejected rows of a load, then its warnings. As CSV, prints the rejected rows of one file as they were, each with its fault in the column ${errorColumn}: correct the cells and load that file, which brings in just those rows.`,
    )
    .argument('<load>', 'the load, by its number', parseId)
    .option('--file <path>', 'only those of one input file, as the receipt names it')
    .addOption(
      new Option('--format <format>', 'how to print them').choices(outputFormats).default('table'),
    )
    .option('--json', 'short for --format json')
    .addHelpText(
      'after',
      renderExamples({
        'elute rejects 1': 'what is wrong, line by line',
        'elute rejects 1 --format csv > mend.csv': 'the rows, to be mended',
        'elute load mend.csv': 'once mended, load just those rows',
      }),
    )
    .action((loadId: number, options: Options) => runRejects(cli, loadId, options));
}

async function runRejects(cli: Cli, loadId: number, options: Options): Promise<void> {
  const { readFindings } = await import('../operations/read-loads.ts');
  const { load, ...findings } = await readFindings(cli.makeContext(), loadId);
  checkFile(load, options.file);
  const rejects = keepFile(findings.rejects, options.file);
  const warnings = keepFile(findings.warnings, options.file);
  const prunedAt = load.findingsPrunedAt;
  if (options.json || options.format === 'json')
    await cli.print(renderJson({ rejects, warnings, ...(prunedAt && { prunedAt }) }));
  else if (options.format === 'csv') await printMendable(cli, load, rejects);
  else await cli.print(render(load, rejects, warnings));
  if (prunedAt) process.stderr.write(tellPruned(load, prunedAt));
}

/** Without a row there is no header either. */
async function printMendable(
  cli: Cli,
  { loadId, findingsPrunedAt }: Load,
  rejects: readonly Reject[],
): Promise<void> {
  if (rejects.length > 0) await cli.print(renderMendable(loadId, rejects));
  else if (!findingsPrunedAt)
    process.stderr.write('No row was rejected: there is nothing to mend.\n');
}

/** The counts of the receipt stay; rows that wait for users or compounds do too, and are listed. */
function tellPruned(load: Load, prunedAt: Date): string {
  const { rejected, warnings } = countTotal(load);
  const counted = `${showCount(rejected, 'rejected row')} and ${showCount(warnings, 'warning')}`;
  return `Load ${load.loadId} had ${counted}; the list is no longer kept in full since "elute database prune" of ${showLocalTime(prunedAt)}.\n`;
}

function checkFile({ loadId, files }: Load, path: string | undefined): void {
  const paths = files.map(nameSource);
  if (path === undefined || paths.includes(path)) return;
  throw new EluteError(
    'invalid_usage',
    `Load ${loadId} had no file ${path}. Its files are ${paths.join(', ')}.`,
  );
}

function keepFile<Finding extends RowFinding>(
  findings: readonly Finding[],
  path: string | undefined,
): Finding[] {
  return findings.filter(({ file }) => path === undefined || file === path);
}

function render(
  { findingsPrunedAt }: Load,
  rejects: readonly RowFinding[],
  warnings: readonly RowFinding[],
): string {
  const sections = [
    ...renderSections('rejected, not loaded', rejects),
    ...renderSections('warnings, loaded all the same', warnings),
  ];
  const none = findingsPrunedAt ? '' : 'No row was rejected, and there was no warning.\n';
  return sections.join('\n') || none;
}

/** One section for each file. */
function renderSections(title: string, findings: readonly RowFinding[]): string[] {
  const files = [...new Set(findings.map(({ file }) => file))];
  return files.map(
    (file) => `${bold(file)}: ${title}\n${renderTable(keepFile(findings, file), columns)}`,
  );
}
