import type { Command } from 'commander';
import { serviceSettings } from '../settings/service.ts';
import { parseId } from './arguments.ts';
import { renderExamples } from './help.ts';
import type { Cli } from './program.ts';
import { logTo } from './serve.ts';
import { makeSettingOptions } from './setting-options.ts';

type Flags = Readonly<Record<string, unknown>>;

export function addRetryCommand(program: Command, cli: Cli): void {
  const { uploadDirectory } = serviceSettings;
  const command = program
    .command('retry')
    .summary('try a failed load of a watch or a server again')
    .description(
      'Has a load that failed carried out once more, under its number, by whatever watch, worker or server works on the same database: of what was watched for, or named to a server by its path.',
    )
    .argument('<load>', 'the load, by its number', parseId)
    .addHelpText('after', renderExamples({ 'elute retry 3': 'once what was wrong is mended' }))
    .action((loadId: number, flags: Flags) => run(cli, loadId, flags));
  for (const option of makeSettingOptions({ uploadDirectory })) command.addOption(option);
}

async function run(cli: Cli, loadId: number, flags: Flags): Promise<void> {
  const [{ withService }, { retryLoad }, { makeLogger }] = await Promise.all([
    import('../jobs/open-service.ts'),
    import('../jobs/submit.ts'),
    import('../jobs/log.ts'),
  ]);
  const { settings, options } = cli.makeServiceContext(flags);
  await withService({ settings, options, log: logTo(makeLogger()) }, (service) =>
    retryLoad(service, loadId),
  );
  await cli.print(`Load ${loadId} waits for a worker. Its end: elute loads ${loadId}\n`);
}
