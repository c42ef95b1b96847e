import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { goodFiles, runElute, useLabs } from './run-elute.ts';

const makeLab = useLabs();

test('a backup of a server is restored into an embedded one', async () => {
  const { run, folder } = await makeLab(goodFiles);
  await run('load', '.');
  const features = (await run('features', '--json')).stdout;
  const backup = await run('database', 'backup', 'lab.backup');
  expect(backup).toMatchObject({ exitCode: 0, stderr: '' });
  expect(backup.stdout).toMatch(
    /^lab\.backup holds \d+ rows of \d+ tables \(\d+ bytes, schema version \d+\)\.\n$/,
  );
  expect(await run('database', 'backup', 'lab.backup')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'elute: lab.backup exists. Name another file, or remove it.\n',
  });
  expect(await run('database', 'restore', 'lab.backup')).toMatchObject({
    exitCode: 4,
    stderr: expect.stringMatching(
      /^elute: \S+\/DATABASE holds rows already \(elute\.\w+\); nothing was restored\. Name an empty/,
    ),
  });
  const runThere = (...args: string[]) => runElute(args, { cwd: folder });
  try {
    const restored = await runThere('database', 'restore', 'lab.backup', '--json');
    expect(restored).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(restored.stdout)).toMatchObject({ rows: expect.any(Number) });
    expect((await runThere('features', '--json')).stdout).toBe(features);
  } finally {
    await stopEmbeddedServer(join(folder, '.elute'));
    rmSync(join(folder, '.elute'), { recursive: true, force: true });
  }
});

test('without a database there is nothing to back up', async () => {
  const { folder } = await makeLab();
  const outcome = await runElute(['database', 'backup', 'lab.backup'], { cwd: folder });
  expect(outcome).toMatchObject({ exitCode: 2, stdout: '' });
  expect(outcome.stderr).toContain('Nothing has been loaded into');
  expect(existsSync(join(folder, 'lab.backup'))).toBe(false);
});
