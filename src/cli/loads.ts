import type { Command } from 'commander';
import type { Load } from '../domain/load.ts';
import { sumCounts } from '../domain/receipt.ts';
import { readLoads } from '../operations/read-loads.ts';
import { parseId } from './arguments.ts';
import { type Column, renderTable } from './output.ts';
import type { Cli } from './program.ts';
import { renderLoad } from './receipt.ts';

const columns: readonly Column<Load>[] = [
  { title: 'load', value: (load) => load.loadId },
  { title: 'state', value: (load) => load.state },
  {
    title: 'started',
    value: (load) => load.startedAt.toISOString().slice(0, 19).replace('T', ' '),
  },
  { title: 'files', value: (load) => load.files.length },
  ...(['read', 'inserted', 'updated', 'rejected'] as const).map((name) => ({
    title: name,
    value: (load: Load) => sumCounts(load.files.flatMap(({ counts }) => counts ?? []))[name],
  })),
];

export function addLoadsCommand(program: Command, cli: Cli): void {
  program
    .command('loads')
    .summary('list the loads, or print one receipt')
    .description('Lists all loads, newest first, or prints the receipt of one.')
    .argument('[load]', 'one load', parseId)
    .option('--json', 'print them as JSON')
    .action(async (loadId: number | undefined, { json }: { json?: boolean }) => {
      const loads = await readLoads(cli.makeContext(), loadId);
      const [one] = loads;
      if (json)
        process.stdout.write(`${JSON.stringify(loadId === undefined ? loads : one, null, 2)}\n`);
      else if (loadId !== undefined && one !== undefined) process.stdout.write(renderLoad(one));
      else process.stdout.write(renderTable(loads, columns));
    });
}
