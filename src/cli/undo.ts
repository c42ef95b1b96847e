import type { Command } from 'commander';
import type { Undo } from '../operations/undo-load.ts';
import { parseId } from './arguments.ts';
import { renderExamples } from './help.ts';
import { renderJson } from './output.ts';
import type { Cli } from './program.ts';
import { renderTable } from './table.ts';

export function addUndoCommand(program: Command, cli: Cli): void {
  program
    .command('undo')
    .summary('put back what a load changed')
    .description(
      'Puts rows and features back as they were before a load, in one transaction. Refuses where a later load changed the same rows, or names rows that would be gone. The load stays in the history.',
    )
    .argument('<load>', 'the load, by its number', parseId)
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', renderExamples({ 'elute undo 3': 'as if load 3 had never been' }))
    .action(async (loadId: number, { json }: { json?: boolean }) => {
      const { undoLoad } = await import('../operations/undo-load.ts');
      const undo = await undoLoad(cli.makeContext(), loadId);
      await cli.print(json ? renderJson(undo) : render(undo));
    });
}

function render({ load, rows }: Undo): string {
  const table = renderTable(rows, [
    { title: 'dataset', value: ({ dataset }) => dataset },
    { title: 'removed', value: ({ removed }) => removed },
    { title: 'restored', value: ({ restored }) => restored },
  ]);
  return `Load ${load.loadId} is undone; rows and features are as they were before it.\n\n${table}`;
}
