import type { Command } from 'commander';
import type { QueueLog } from '../jobs/queue.ts';
import { serviceSettings } from '../settings/service.ts';
import { renderExamples } from './help.ts';
import type { Cli } from './program.ts';
import { makeSettingOptions, renderVariables } from './setting-options.ts';

type Flags = Readonly<Record<string, unknown>>;

export function addServeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('serve')
    .summary('serve the API, and carry out loads in the background')
    .description(
      'Serves the API under /api/v1 and carries out the loads it is asked for. Needs a token for all but /healthz and /readyz: "elute token create" makes one.',
    )
    .addHelpText('after', renderVariables(serviceSettings))
    .addHelpText(
      'after',
      renderExamples({
        'elute serve': 'on this machine alone, port 8080',
        'elute serve --host 0.0.0.0 --concurrency 0': 'for all, with workers elsewhere',
      }),
    )
    .action((flags: Flags) => runServe(cli, flags));
  for (const option of makeSettingOptions(serviceSettings)) command.addOption(option);
}

export function addWorkerCommand(program: Command, cli: Cli): void {
  const command = program
    .command('worker')
    .summary('carry out loads that a server was asked for')
    .description(
      'Works on the loads of the same database, beside any number of other workers and servers. Needs their upload directory, and the folders of --roots under the same paths.',
    )
    .addHelpText('after', renderVariables(serviceSettings))
    .action((flags: Flags) => runWorker(cli, flags));
  for (const option of makeSettingOptions(serviceSettings)) command.addOption(option);
}

async function runServe(cli: Cli, flags: Flags): Promise<void> {
  const [{ withService }, { serve }, { makeLogger }] = await Promise.all([
    import('../jobs/open-service.ts'),
    import('../api/serve.ts'),
    import('../jobs/log.ts'),
  ]);
  const { signal, ...settings } = cli.makeServiceContext(flags);
  const logger = makeLogger();
  await withService({ ...settings, log: logTo(logger) }, (service) =>
    serve(service, {
      logger,
      signal,
      onListening: (address, makeLoginAddress) =>
        cli.print(
          process.stdout.isTTY ? renderWelcome(address, makeLoginAddress()) : `${address}\n`,
        ),
    }),
  );
}

/** Whoever sees the terminal that the server runs on may do everything; what is piped goes to logs. */
function renderWelcome(address: string, loginAddress: string): string {
  return `${address}\n\nTo log a browser in, once and within five minutes:\n${loginAddress}\n\n`;
}

async function runWorker(cli: Cli, flags: Flags): Promise<void> {
  const [{ withService }, { startWorker }, { makeLogger }, { untilAborted }] = await Promise.all([
    import('../jobs/open-service.ts'),
    import('../jobs/worker.ts'),
    import('../jobs/log.ts'),
    import('../jobs/until-aborted.ts'),
  ]);
  const { signal, ...settings } = cli.makeServiceContext(flags);
  const logger = makeLogger();
  await withService({ ...settings, log: logTo(logger) }, async (service) => {
    const worker = startWorker(service);
    logger.info('working');
    await untilAborted(signal);
    logger.info('stopping: waiting for loads at work');
    await worker.stop();
  });
}

/** The service's own lines, in its log. */
export function logTo(
  logger: Readonly<Record<Parameters<QueueLog>[0], (text: string) => void>>,
): QueueLog {
  return (level, message) => logger[level](message);
}
