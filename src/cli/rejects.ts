import { type Command, Option } from 'commander';
import type { Reject, RowFinding } from '../domain/rejects.ts';
import { EluteError } from '../errors.ts';
import { readFindings } from '../operations/read-loads.ts';
import { parseId } from './arguments.ts';
import {
  type Column,
  type OutputFormat,
  outputFormats,
  renderRows,
  renderTable,
} from './output.ts';
import type { Cli } from './program.ts';

interface Options {
  format: OutputFormat;
  file?: string;
  json?: boolean;
}

const columns: readonly Column<RowFinding>[] = [
  { title: 'file', value: ({ file }) => file },
  { title: 'line', value: ({ line }) => line },
  { title: 'column', value: ({ column }) => column },
  { title: 'code', value: ({ code }) => code },
  { title: 'message', value: ({ message }) => message },
];

export function addRejectsCommand(program: Command, cli: Cli): void {
  program
    .command('rejects')
    .summary('list the rows a load did not take, and why')
    .description(
      'Lists the rejected rows of a load, then its warnings. With --format csv it prints the rows of one file\nas they were, with their error in the column elute_error: mend them and load that file.',
    )
    .argument('<load>', 'the load', parseId)
    .option('--file <path>', 'only those of one input file, as the receipt names it')
    .addOption(
      new Option('--format <format>', 'how to print them').choices(outputFormats).default('table'),
    )
    .option('--json', 'short for --format json')
    .action(async (loadId: number, { format, file, json }: Options) => {
      const findings = await readFindings(cli.makeContext(), loadId);
      const wanted = <Finding extends RowFinding>(all: readonly Finding[]) =>
        all.filter((finding) => file === undefined || finding.file === file);
      const rejects = wanted(findings.rejects);
      if (json || format === 'json') process.stdout.write(renderRows(rejects, columns, 'json'));
      else if (format === 'csv') process.stdout.write(renderMendable(rejects));
      else process.stdout.write(render(rejects, wanted(findings.warnings)));
    });
}

function render(rejects: readonly Reject[], warnings: readonly RowFinding[]): string {
  const section = (title: string, rows: readonly RowFinding[]) =>
    rows.length === 0 ? '' : `${title}\n${renderTable(rows, columns)}`;
  const parts = [
    section('Rejected rows, not loaded:', rejects),
    section('Warnings, loaded all the same:', warnings),
  ];
  return (
    parts.filter((part) => part !== '').join('\n') ||
    'No row was rejected, and there was no warning.\n'
  );
}

/** The rows under the header of their file, ready to be mended and loaded again. */
function renderMendable(rejects: readonly Reject[]): string {
  const files = [...new Set(rejects.map(({ file }) => file))];
  if (files.length > 1) {
    throw new EluteError(
      'invalid_usage',
      `The load has rejects from several files. Name one of them with --file: ${files.join(', ')}.`,
    );
  }
  const header = rejects[0]?.header ?? [];
  const cells = header.map(
    (title, i): Column<Reject> => ({ title, value: ({ record }) => record[i] ?? '' }),
  );
  return renderRows(
    rejects,
    [...cells, { title: 'elute_error', value: ({ message }) => message }],
    'csv',
  );
}
