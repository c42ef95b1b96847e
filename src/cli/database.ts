import type { Command } from 'commander';
import { addBackupCommand, addRestoreCommand } from './database-backup.ts';
import { addPruneCommand } from './database-prune.ts';
import { renderExamples } from './help.ts';
import type { Cli } from './program.ts';

export function addDatabaseCommand(program: Command, cli: Cli): void {
  const database = program
    .command('database')
    .summary('address, schema, backup, pruning, embedded server')
    .description(
      'Without DATABASE_URL Elute runs a PostgreSQL server of its own, until it is stopped here.',
    )
    .helpCommand(false)
    .addHelpText(
      'after',
      renderExamples({
        'psql "$(elute database url)"': 'look at the tables by hand',
        'elute database stop': 'end the embedded server; its data stays',
      }),
    );
  addUrlCommand(database, cli);
  addMigrateCommand(database, cli);
  addStopCommand(database, cli);
  addDropFeatureCommand(database, cli);
  addBackupCommand(database, cli);
  addRestoreCommand(database, cli);
  addPruneCommand(database, cli);
}

function addUrlCommand(database: Command, cli: Cli): void {
  database
    .command('url')
    .summary('print the address of the database')
    .description(
      'Prints the address by which any PostgreSQL client reaches the database, with the password if it has one; starts the embedded server if need be.',
    )
    .action(async () => {
      const { findDatabase, withDatabase } = await import('../context.ts');
      const context = cli.makeContext();
      await withDatabase(context, 'create', async () => {});
      const address = await findDatabase(context.settings, 'create');
      await cli.print(`${await address.read()}\n`);
    });
}

function addMigrateCommand(database: Command, cli: Cli): void {
  database
    .command('migrate')
    .summary('create the schema, or bring it up to date')
    .description(
      'Brings the schema elute up to this version of the program. Loading does so by itself.',
    )
    .action(async () => {
      const { withDatabase } = await import('../context.ts');
      await withDatabase(cli.makeContext(), 'create', async ({ server }) => {
        await cli.print(`The schema elute on ${server} is up to date.\n`);
      });
    });
}

function addStopCommand(database: Command, cli: Cli): void {
  database
    .command('stop')
    .summary('stop the embedded server')
    .description('Stops the embedded server; the next command that needs it starts it again.')
    .action(async () => {
      const { stopEmbeddedServer } = await import('../database/embedded/server.ts');
      const { directory } = cli.makeContext().settings;
      const isStopped = await stopEmbeddedServer(directory);
      await cli.print(
        isStopped
          ? `The embedded server in ${directory} has stopped.\n`
          : `No embedded server runs in ${directory}.\n`,
      );
    });
}

function addDropFeatureCommand(database: Command, cli: Cli): void {
  database
    .command('drop-feature')
    .summary('remove a declared feature')
    .description(
      'Removes a feature that elute.toml declared once and declares no more, with all its figures.',
    )
    .argument('<name>', 'the feature')
    .action(async (name: string) => {
      const { dropFeature } = await import('../operations/drop-feature.ts');
      await dropFeature(cli.makeContext(), name);
      await cli.print(`The feature ${name} is removed.\n`);
    });
}
