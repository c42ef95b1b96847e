import type { Command } from 'commander';
import { renderExamples } from './help.ts';
import { renderJson } from './output.ts';
import type { Cli } from './program.ts';
import { showCount } from './receipt.ts';

export function addBackupCommand(database: Command, cli: Cli): void {
  database
    .command('backup')
    .summary('write all that the database holds to a file')
    .description(
      'Writes rows, features, history, receipts and tokens as they are at one moment to a new file; loads may go on meanwhile. Uploads and jobs that wait are not in it. "elute database restore" reads it, into a server of any version from 14.',
    )
    .argument('<file>', 'the file to make; it must not exist')
    .option('--json', 'print what it holds as JSON')
    .addHelpText(
      'after',
      renderExamples({ 'elute database backup lab.backup': 'everything, compressed' }),
    )
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { backUpDatabase } = await import('../operations/back-up-database.ts');
      const backup = await backUpDatabase(cli.makeContext(), file);
      const { rows, tables, sizeBytes, schemaVersion } = backup;
      await cli.print(
        json
          ? renderJson(backup)
          : `${file} holds ${showCount(rows, 'row')} of ${showCount(tables, 'table')} (${sizeBytes} bytes, schema version ${schemaVersion}).\n`,
      );
    });
}

export function addRestoreCommand(database: Command, cli: Cli): void {
  database
    .command('restore')
    .summary('fill an empty database from a backup')
    .description(
      'Fills an empty database from a file of "elute database backup", all of it or nothing, and brings its schema up to this version of the program. Loads that waited or ran when the backup was taken are interrupted.',
    )
    .argument('<file>', 'the backup')
    .option('--json', 'print what was restored as JSON')
    .addHelpText(
      'after',
      renderExamples({
        'elute database restore lab.backup': 'into the database of the settings',
        'elute --directory copy database restore lab.backup': 'into an embedded server of its own',
      }),
    )
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { restoreDatabase } = await import('../operations/restore-database.ts');
      const restored = await restoreDatabase(cli.makeContext(), file);
      const { rows, tables } = restored;
      await cli.print(
        json
          ? renderJson(restored)
          : `Restored ${showCount(rows, 'row')} of ${showCount(tables, 'table')} from ${file}. "elute verify" computes all features anew and compares.\n`,
      );
    });
}
