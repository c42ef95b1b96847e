import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goodFiles, useLabs } from './run-elute.ts';

const makeLab = useLabs();

const declaration = `[features.longest_run]
over = "experiments"
type = "double"
unit = "as in the source"
meaning = "longest run time"
expression = "max(experiment_run_time)"
`;

test('declares a feature, prints it, explains it and removes it', async () => {
  const { run, folder } = await makeLab(goodFiles);
  const file = join(folder, 'elute.toml');
  await run('load', '.');
  writeFileSync(file, declaration);
  expect((await run('features', '1')).stdout).not.toContain('longest_run');
  expect((await run('database', 'migrate')).exitCode).toBe(0);
  expect((await run('features')).stdout).toMatch(/user_id .* longest_run/);
  expect((await run('features', '1')).stdout).toMatch(/longest_run +4.5 +as in the source/);
  expect((await run('features', '--format', 'csv')).stdout).toMatch(/,longest_run\n1,.*,4.5\n/);
  const explained = await run('explain', '1', '--feature', 'longest_run');
  expect(explained.stdout).toMatch(/longest_run +4.5 +longest run time/);
  expect((await run('explain', '1', '--feature', 'x')).stderr).toContain('longest_run.');
  expect((await run('verify')).stdout).toContain('all are as stored');
  expect(await run('database', 'drop-feature', 'longest_run')).toMatchObject({
    exitCode: 2,
    stderr:
      'elute: elute.toml declares the feature longest_run: the next load would add it again. Remove [features.longest_run] there first.\n',
  });
  rmSync(file);
  expect(await run('database', 'drop-feature', 'longest_run')).toEqual({
    exitCode: 0,
    stdout: 'The feature longest_run is removed.\n',
    stderr: '',
  });
  expect((await run('features', '1')).stdout).not.toContain('longest_run');
});

test('refuses to load with a declaration that cannot be computed', async () => {
  const wrong = declaration.replace('max(', 'avg(');
  const { run } = await makeLab({ ...goodFiles, 'elute.toml': wrong });
  const { exitCode, stdout, stderr } = await run('load', 'users.csv');
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain(
    'elute: The expression of the feature longest_run must add up experiment_run_time with sorted_sum: the last digits of sum and avg depend on the order of the rows.\n',
  );
  expect((await run('loads')).stdout).toBe('Nothing has been loaded yet.\n');
});
