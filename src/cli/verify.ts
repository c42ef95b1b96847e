import type { Command } from 'commander';
import { exitCodes } from '../errors.ts';
import type { Difference, Verification } from '../operations/verify-features.ts';
import { renderExamples } from './help.ts';
import { renderJson } from './output.ts';
import type { Cli } from './program.ts';
import { type Column, renderTable } from './table.ts';

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
      'Recomputes every feature from the stored rows and prints each figure that differs from the stored one. Changes nothing; exits with 1 if anything differs.',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', renderExamples({ 'elute verify': 'are the stored features right?' }))
    .action(async ({ json }: { json?: boolean }) => {
      const { verifyFeatures } = await import('../operations/verify-features.ts');
      const result = await verifyFeatures(cli.makeContext());
      if (result.differing > 0) cli.setExitCode(exitCodes.internal);
      await cli.print(json ? renderJson(result) : render(result));
    });
}

function render(verification: Verification): string {
  const { users, experiments, featuresOnlyUsers, differing, differences } = verification;
  const left =
    featuresOnlyUsers === 0
      ? ''
      : ` (${featuresOnlyUsers} more come from features-only loads; there is nothing to recompute them from)`;
  const checked = `the features of ${users} users from ${experiments} experiments${left}`;
  if (differing === 0) return `Recomputed ${checked}: all are as stored.\n`;
  const found = differing === 1 ? '1 figure differs' : `${differing} figures differ`;
  const shown = differing > differences.length ? `; the first ${differences.length}` : '';
  return `Recomputed ${checked}: ${found}${shown}:\n\n${renderTable(differences, columns)}`;
}
