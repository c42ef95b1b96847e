import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import {
  type Difference,
  type Verification,
  verifyFeatures,
} from '../operations/verify-features.ts';
import { type Column, renderTable } from './output.ts';
import type { Cli } from './program.ts';

const columns: readonly Column<Difference>[] = [
  { title: 'user_id', value: ({ userId }) => userId ?? 'all' },
  { title: 'feature', value: ({ feature }) => feature },
  { title: 'stored', value: ({ stored }) => stored },
  { title: 'computed', value: ({ computed }) => computed },
];

export function addVerifyCommand(program: Command, cli: Cli): void {
  program
    .command('verify')
    .summary('recompute all features and compare')
    .description(
      'Recomputes every feature from the stored rows and prints each difference; exits with 1 if there is any.',
    )
    .option('--json', 'print the result as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const result = await verifyFeatures(cli.makeContext());
      if (result.differing > 0) cli.setExitCode(exitCodes.internal);
      process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : render(result));
    });
}

function render({ users, experiments, differing, differences }: Verification): string {
  const checked = `the features of ${users} users from ${experiments} experiments`;
  if (differing === 0) return `Recomputed ${checked}: all are as stored.\n`;
  const shown = differing > differences.length ? `; the first ${differences.length}` : '';
  return `Recomputed ${checked}: ${differing} figures differ${shown}:\n\n${renderTable(differences, columns)}`;
}
