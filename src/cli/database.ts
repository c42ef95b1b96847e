import type { Command } from 'commander';
import { findDatabaseUrl, withDatabase } from '../context.ts';
import { stopEmbeddedServer } from '../database/embedded/server.ts';
import type { Cli } from './program.ts';

export function addDatabaseCommand(program: Command, cli: Cli): void {
  const database = program
    .command('database')
    .summary('address, schema and embedded server')
    .description(
      'Without DATABASE_URL Elute runs a PostgreSQL server of its own, until it is stopped here.',
    )
    .helpCommand(false);
  database
    .command('url')
    .description(
      'start the embedded server if need be, and print the address to reach the database by',
    )
    .action(async () => {
      const context = cli.makeContext();
      await withDatabase(context, 'create', async () => {});
      process.stdout.write(`${await findDatabaseUrl(context.settings, 'create')}\n`);
    });
  database
    .command('migrate')
    .description('bring the schema up to this version of Elute; loading does it by itself')
    .action(async () => {
      await withDatabase(cli.makeContext(), 'create', async ({ server }) => {
        process.stdout.write(`The schema elute on ${server} is up to date.\n`);
      });
    });
  database
    .command('stop')
    .description('stop the embedded server; the next command that needs it starts it again')
    .action(async () => {
      const stopped = await stopEmbeddedServer(cli.makeContext().settings.directory);
      process.stdout.write(
        stopped ? 'The embedded server has stopped.\n' : 'No embedded server is running here.\n',
      );
    });
}
