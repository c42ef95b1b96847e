import { type Command, Option } from 'commander';
import { type Pruned, type PruneKind, pruneKinds } from '../domain/pruning.ts';
import { serviceSettings } from '../settings/service.ts';
import { parsePast } from './arguments.ts';
import { renderExamples } from './help.ts';
import { renderJson } from './output.ts';
import type { Cli } from './program.ts';
import { showLocalTime } from './receipt.ts';
import { makeSettingOptions } from './setting-options.ts';
import { renderTable } from './table.ts';

interface Options {
  olderThan: Date;
  kind?: PruneKind[];
  plan?: boolean;
  json?: boolean;
}

const contents: Readonly<Record<PruneKind, string>> = {
  history: 'earlier versions of rows and features',
  findings: 'rejects and warnings; their counts stay',
  events: 'the progress of loads',
  plans: 'what plans would do',
  tokens: 'tokens that no longer hold',
  jobs: 'jobs that failed for good',
  uploads: 'folders of uploads that no load needs',
};

export function addPruneCommand(database: Command, cli: Cli): void {
  const command = database
    .command('prune')
    .summary('remove what is old and no longer needed')
    .description(
      'Removes what loads that ended some time ago have left: earlier versions of rows, rejects, progress, plans, tokens that no longer hold, failed jobs, uploads. Rows, features and receipts stay. A load whose history is gone cannot be undone.',
    )
    .requiredOption(
      '--older-than <age>',
      'what ended so long ago, such as 90d, 12w, 6m or 2y, or before a date such as 2026-01-31',
      parsePast,
    )
    .addOption(
      new Option('--kind <kind...>', 'only these kinds (default: all)').choices(pruneKinds),
    )
    .option('--plan', 'say what would go, and change nothing')
    .option('--json', 'print what went as JSON')
    .addHelpText(
      'after',
      renderExamples({
        'elute database prune --older-than 1y --plan': 'what would go',
        'elute database prune --older-than 90d --kind uploads events': 'only these two kinds',
      }),
    )
    .action((flags: Options) => runPrune(cli, flags));
  const { uploadDirectory } = serviceSettings;
  for (const option of makeSettingOptions({ uploadDirectory })) command.addOption(option);
}

async function runPrune(cli: Cli, { plan, json, ...flags }: Options): Promise<void> {
  const { prune } = await import('../jobs/prune.ts');
  const { olderThan: before, kind: asked, ...settings } = flags;
  const { uploadDirectory } = cli.makeServiceContext(settings).options;
  const kinds = pruneKinds.filter((kind) => asked === undefined || asked.includes(kind));
  const isPlan = plan ?? false;
  const pruned = await prune(cli.makeContext(), uploadDirectory, { kinds, before, isPlan });
  await cli.print(json ? renderJson({ before, isPlan, pruned }) : render(pruned, before, isPlan));
}

function render(pruned: readonly Pruned[], before: Date, isPlan: boolean): string {
  const table = renderTable(pruned, [
    { title: 'kind', value: ({ kind }) => kind },
    { title: isPlan ? 'would go' : 'gone', value: ({ entries }) => entries },
    { title: 'bytes', value: ({ bytes }) => bytes },
    { title: '', value: ({ kind }) => contents[kind] },
  ]);
  const notes = pruned.flatMap(({ kind, note }) =>
    note === undefined ? [] : [`${kind}: ${note}\n`],
  );
  const end = isPlan
    ? 'Nothing was changed.\n'
    : 'PostgreSQL uses the space again for new rows, once autovacuum has passed.\n';
  return `What ended before ${showLocalTime(before)}:\n\n${table}\n${notes.join('')}${end}`;
}
