import type { Command } from 'commander';
import type { FeatureRow } from '../domain/features.ts';
import type { RowLineage, RowVersion } from '../domain/lineage.ts';
import type { Explanation } from '../operations/explain-user.ts';
import { parseCount, parseId } from './arguments.ts';
import { renderExamples } from './help.ts';
import { renderJson } from './output.ts';
import type { Cli } from './program.ts';
import { showCount, showLocalTime } from './receipt.ts';
import { asCell, bold, type Column, renderTable, showControls, showValue } from './table.ts';

interface Options {
  feature?: string;
  limit?: number;
  json?: boolean;
}

export function addExplainCommand(program: Command, cli: Cli): void {
  program
    .command('explain')
    .summary('tell where a scientist’s figures come from')
    .description(
      'Lists the experiments behind the features of a scientist, each with its load, file and line or cell, and what the row was before.',
    )
    .argument('<user_id>', 'the scientist', parseId)
    .option('--feature <name>', 'only the experiments that this feature comes from')
    .option('--limit <n>', 'print that many experiments at most', parseCount)
    .option('--json', 'print them as JSON')
    .addHelpText(
      'after',
      renderExamples({
        'elute explain 7': 'every experiment of user 7',
        'elute explain 7 --feature most_consumed_compound': 'those that use that compound',
      }),
    )
    .action(async (userId: number, { feature, limit, json }: Options) => {
      const { explainUser } = await import('../operations/explain-user.ts');
      const explanation = await explainUser(cli.makeContext(), userId, {
        ...(feature !== undefined && { feature }),
        ...(limit !== undefined && { limit }),
      });
      const { definitions: _, ...rest } = explanation;
      await cli.print(json ? renderJson(rest) : render(explanation));
    });
}

function render(explanation: Explanation): string {
  const {
    features: row,
    definitions,
    feature,
    featuresOnlyLoad,
    user,
    experiments,
    historyStart,
  } = explanation;
  const names = definitions.filter(({ name }) => feature === undefined || name === feature.name);
  return [
    renderUser(row, user),
    '\n',
    renderTable(names, [
      { title: 'feature', value: ({ name }) => name },
      { title: 'value', value: ({ name }) => showValue(row[name]) },
      { title: 'meaning', value: ({ meaning }) => meaning },
    ]),
    feature?.source === 'scientists'
      ? `\nIt stands on all experiments and users there are; these are those of user ${row.user_id}.\n`
      : '',
    featuresOnlyLoad === undefined
      ? `\n${bold(showCount(experiments.length, 'experiment'))}\n`
      : `\nThe figures come from the features-only load ${featuresOnlyLoad}: the rows behind them are not stored.\n`,
    experiments.length === 0 ? '' : renderTable(listVersions(experiments), experimentColumns),
    historyStart === undefined
      ? ''
      : `\nWhat loads replaced until ${showLocalTime(historyStart)} is no longer kept (elute database prune).\n`,
  ].join('');
}

function renderUser(row: FeatureRow, user: RowLineage | undefined): string {
  if (user === undefined) return `User ${row.user_id}\n`;
  const describe = ({ values }: RowVersion) =>
    showControls(
      [values['name'], values['email'], values['signup_date']]
        .map((value) => value ?? '-')
        .join(', '),
    );
  return [
    `${bold(`User ${user.id}`)}: ${describe(user)} (load ${user.loadId}, ${user.place})\n`,
    ...user.earlier.map(
      (version) =>
        `  was ${describe(version)} (load ${version.loadId}, ${version.place}; ${showEnd(version)})\n`,
    ),
  ].join('');
}

/** A row of the table: a version of an experiment, the earlier ones below the present one. */
interface VersionLine extends RowVersion {
  readonly id: number | null;
}

function listVersions(experiments: readonly RowLineage[]): VersionLine[] {
  return experiments.flatMap((row) => [
    row,
    ...row.earlier.map((version) => ({ ...version, id: null })),
  ]);
}

const experimentColumns: readonly Column<VersionLine>[] = [
  { title: 'experiment', value: ({ id }) => (id === null ? '  was' : String(id)) },
  { title: 'run time', value: ({ values }) => showValue(values['experiment_run_time']) },
  { title: 'compounds', value: ({ values }) => asCell(values['experiment_compound_ids']) },
  { title: 'load', value: ({ loadId }) => loadId },
  { title: 'from', value: ({ place }) => place },
  { title: '', value: (version) => showEnd(version) },
];

function showEnd({ endedBy, isUndone }: RowVersion): string {
  if (endedBy === undefined) return '';
  return isUndone ? 'undone' : `replaced by load ${endedBy}`;
}
