import type { Command } from 'commander';
import type { Load } from '../domain/load.ts';
import { parseId } from './arguments.ts';
import { renderExamples } from './help.ts';
import { renderJson, renderList } from './output.ts';
import type { Cli } from './program.ts';
import { countTotal, renderHint, renderLoad, showLocalTime } from './receipt.ts';
import type { Column } from './table.ts';

const columns: readonly Column<Load>[] = [
  { title: 'load', value: (load) => load.loadId },
  {
    title: 'state',
    value: ({ state, featuresOnly }) => (featuresOnly ? `${state}, features only` : state),
  },
  { title: 'started', value: (load) => showLocalTime(load.startedAt) },
  { title: 'files', value: (load) => load.files.length },
  ...(['read', 'inserted', 'updated', 'unchanged', 'computed', 'rejected'] as const).map(
    (name) => ({
      title: name,
      value: (load: Load) =>
        load.files.some(({ counts }) => counts !== undefined) ? countTotal(load)[name] : null,
    }),
  ),
];

export function addLoadsCommand(program: Command, cli: Cli): void {
  program
    .command('loads')
    .summary('list the loads, or print one receipt')
    .description('Lists all loads, newest first, or prints the receipt of one.')
    .argument('[load]', 'one load, by its number', parseId)
    .option('--json', 'print them as JSON')
    .addHelpText(
      'after',
      renderExamples({
        'elute loads': 'what was loaded, and when',
        'elute loads 3': 'what became of each row of load 3',
      }),
    )
    .action(async (loadId: number | undefined, { json }: { json?: boolean }) => {
      const { readLoads } = await import('../operations/read-loads.ts');
      const loads = await readLoads(cli.makeContext(), loadId);
      const [one] = loads;
      if (json) await cli.print(renderJson(loadId === undefined ? loads : one));
      else if (loadId !== undefined && one !== undefined)
        await cli.print(renderLoad(one) + renderHint(one));
      else await cli.print(renderList(loads, columns, 'Nothing has been loaded yet.'));
    });
}
