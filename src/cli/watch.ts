import type { Command } from 'commander';
import type { Load } from '../domain/load.ts';
import { serviceSettings } from '../settings/service.ts';
import { watchSettings } from '../settings/watch.ts';
import { renderExamples } from './help.ts';
import type { Cli } from './program.ts';
import { countTotal } from './receipt.ts';
import { logTo } from './serve.ts';
import { makeSettingOptions, renderVariables } from './setting-options.ts';
import { showControls } from './table.ts';

interface Flags extends Readonly<Record<string, unknown>> {
  readonly json?: boolean;
}

export function addWatchCommand(program: Command, cli: Cli): void {
  const command = program
    .command('watch')
    .summary('load files as they arrive in a folder or below an S3 prefix')
    .description(
      'Loads each file that arrives in a folder or below s3://bucket/prefix/, once, however often it is told of and whoever else watches. What fails is reported and stops nothing; "elute retry" tries it again. Ends with Ctrl-C.',
    )
    .argument('<source>', 'a folder, or s3://bucket/prefix/; those below it too')
    .option('--json', 'print each load that has ended as a line of JSON')
    .addHelpText('after', renderVariables(serviceSettings))
    .addHelpText(
      'after',
      renderExamples({
        'elute watch inbox': 'each table file is a load',
        'elute watch inbox --set "users.csv,runs*.csv,compounds.csv"': 'a folder of these is one',
        'elute watch s3://lab/in/ --queue URL': 'told of new objects by SQS',
      }),
    )
    .action((source: string, flags: Flags) => run(cli, source, flags));
  for (const option of makeSettingOptions({ ...watchSettings, ...serviceSettings }))
    command.addOption(option);
}

async function run(cli: Cli, source: string, { json, ...flags }: Flags): Promise<void> {
  const [{ withService }, { runWatch }, { makeLogger }] = await Promise.all([
    import('../jobs/open-service.ts'),
    import('../watch/run-watch.ts'),
    import('../jobs/log.ts'),
  ]);
  const { signal, watch, ...settings } = cli.makeWatchContext(flags);
  const { set = [], settleSeconds, queue, maxRejects } = watch;
  const listSeconds = watch.listSeconds ?? (queue === undefined ? 5 : 300);
  await withService({ ...settings, log: logTo(makeLogger()) }, (service) =>
    runWatch(service, source, {
      signal,
      set,
      settleMs: settleSeconds * 1000,
      listMs: listSeconds * 1000,
      ...(queue !== undefined && { queueUrl: queue }),
      ...(maxRejects && { rejectLimit: maxRejects }),
      onEnd: (load, location) =>
        cli.print(json ? `${JSON.stringify({ location, load })}\n` : renderEnd(load, location)),
    }),
  );
}

/** `inbox/users.csv: load 3, 20 rows read, 1 of them rejected`. */
function renderEnd(load: Load, location: string): string {
  return `${showControls(location)}: load ${load.loadId}${describeEnd(load)}\n`;
}

function describeEnd({ loadId, state, files, error, ...load }: Load): string {
  if (state !== 'loaded') return ` ${state}: ${error?.message ?? ''} Again: elute retry ${loadId}`;
  if (files.length === 0) return ', all of it was loaded before';
  const { read, rejected } = countTotal({ loadId, state, files, ...load });
  return `, ${read} rows read${rejected > 0 ? `, ${rejected} of them rejected` : ''}`;
}
