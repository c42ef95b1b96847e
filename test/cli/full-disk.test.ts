import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stopEmbeddedServer } from '../../src/database/embedded/server.ts';
import { query } from '../support/database.ts';
import { useFolders, writeFiles } from '../support/lab.ts';
import { goodFiles, type Lab, type Outcome, runElute, useLabs } from './run-elute.ts';
import { canMount, useDisks } from './tmpfs.ts';

const makeLab = useLabs();
const makeFolder = useFolders();
const makeDisk = useDisks();
const megabyte = 1024 * 1024;
const data = mkdtempSync(join(tmpdir(), 'elute-big-'));
const big = join(data, 'big');
const middle = join(data, 'middle');
const quoted = join(data, 'quoted.csv');
const changed = join(data, 'changed.csv');

/** As the engine says it, and as is said of a file of our own. */
const scratchIsFull =
  /^(The disk that holds the scratch files is full|No space is left to write \S+raw_\d+(\.csv|_figures))\. Free some space, or name another folder with --scratch-directory\.$/;
const serverIsFull =
  /^The PostgreSQL server \S+ (has no disk space left; nothing was loaded|closed the connection; what was not finished was rolled back)\./;

beforeAll(async () => {
  if (!canMount) return;
  const generate = (folder: string, experiments: string) =>
    runElute(['generate', folder, '--users', '1000', '--experiments', experiments], {});
  await generate(big, '1e6');
  await generate(middle, '2e5');
  const [header = '', ...rows] = readFileSync(join(middle, 'user_experiments.csv'), 'utf8').split(
    '\n',
  );
  writeFileSync(
    quoted,
    [`${header},note`, '1,1,1,1,"two\nlines"', ...rows.slice(1, -1).map((row) => `${row},`)].join(
      '\n',
    ),
  );
  writeFileSync(changed, [header, ...rows.slice(0, -1).map((row) => `${row}1`)].join('\n'));
});
afterAll(() => rmSync(data, { recursive: true }));

describe.skipIf(!canMount)('full disks (where a tmpfs can be mounted)', () => {
  test('scratch, while more rows are checked than memory holds', async () => {
    const lab = await makeLab();
    const disk = makeDisk('size=16m');
    const args = ['load', big, '--memory-limit', '100MB', '--threads', '1'];
    await expectNothingDone(
      lab,
      await lab.run(...args, '--scratch-directory', disk),
      scratchIsFull,
    );
    expect(readdirSync(disk)).toEqual([]);
    expect(await lab.run(...args)).toMatchObject({ exitCode: 0 });
  });

  test('scratch, while a file with a quoted line break is copied', async () => {
    const lab = await makeLab();
    const disk = makeDisk('size=3m');
    const args = ['load', join(middle, 'users.csv'), join(middle, 'compounds.csv'), quoted];
    await expectNothingDone(
      lab,
      await lab.run(...args, '--scratch-directory', disk),
      scratchIsFull,
    );
    expect(readdirSync(disk)).toEqual([]);
    expect(await lab.run(...args)).toMatchObject({ exitCode: 0 });
  });

  test('scratch, while stored rows are fetched', async () => {
    const lab = await makeLab();
    await lab.run('load', middle);
    const disk = makeDisk('size=3m');
    for (const command of [['load', changed], ['verify']]) {
      const outcome = await lab.run(...command, '--scratch-directory', disk);
      expect([outcome.exitCode, errorOf(outcome)]).toEqual([
        2,
        expect.stringMatching(scratchIsFull),
      ]);
      expect(readdirSync(disk)).toEqual([]);
    }
    expect(await query(lab.url, 'select distinct load_id from elute.user_features')).toEqual([
      { load_id: 1 },
    ]);
    expect(await lab.run('verify')).toMatchObject({ exitCode: 0 });
  });

  test('scratch, where not even a folder can be made', async () => {
    const lab = await makeLab(goodFiles);
    const disk = makeDisk('size=1m,nr_inodes=1');
    const outcome = await lab.run('load', '.', '--scratch-directory', disk);
    await expectNothingDone(lab, outcome, scratchIsFull);
  });

  test('where generated files would go: none of them stays', async () => {
    const disk = makeDisk('size=4m');
    const outcome = await runElute(['generate', disk, '--experiments', '1e6'], {
      cwd: makeFolder(),
    });
    expect([outcome.exitCode, errorOf(outcome)]).toEqual([2, expect.stringMatching(/disk|space/)]);
    expect(readdirSync(disk)).toEqual([]);
  });

  test.each([
    ['the tables', 6],
    ['the log', 26],
  ])('PostgreSQL: no room for %s', async (_, freeMegabytes) => {
    const disk = makeDisk('size=320m');
    const cwd = makeFolder();
    writeFiles(cwd, goodFiles);
    const run = (...args: string[]) =>
      runElute([...args, '--directory', disk, '--scratch-directory', 'scratch'], { cwd });
    try {
      expect(await run('load', '.')).toMatchObject({ exitCode: 0 });
      const filler = fillUp(disk, freeMegabytes);
      const outcome = await run('load', middle);
      expect([outcome.exitCode, errorOf(outcome)]).toEqual([
        2,
        expect.stringMatching(serverIsFull),
      ]);
      rmSync(filler);
      const [last] = JSON.parse((await run('loads', '--json')).stdout);
      expect(last).toMatchObject({
        loadId: 2,
        state: expect.stringMatching(/^(failed|interrupted)$/),
      });
      expect(JSON.parse((await run('features', '--json')).stdout)).toHaveLength(3);
      expect(await run('verify')).toMatchObject({ exitCode: 0 });
      expect(await run('load', middle)).toMatchObject({ exitCode: 0 });
      expect(await run('verify')).toMatchObject({ exitCode: 0 });
    } finally {
      await stopEmbeddedServer(disk);
    }
  });
});

/** Leaves so much room; the path of what takes the rest. */
function fillUp(disk: string, freeMegabytes: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const filler = join(disk, 'filler');
  writeFileSync(filler, Buffer.alloc(bavail * bsize - freeMegabytes * megabyte));
  return filler;
}

async function expectNothingDone(lab: Lab, outcome: Outcome, message: string | RegExp) {
  expect([outcome.exitCode, outcome.stdout]).toEqual([2, '']);
  expect(errorOf(outcome)).toMatch(message);
  expect(await query(lab.url, 'select state, error_code from elute.loads')).toEqual([
    { state: 'failed', error_code: 'disk_full' },
  ]);
  for (const table of ['users', 'compounds', 'experiments', 'user_features', 'rejects']) {
    expect(await query(lab.url, `select from elute.${table} limit 1`)).toEqual([]);
  }
}

/** The one line of the error, below those of progress. */
function errorOf({ stderr }: Outcome): string {
  return /^elute: ([^\n]+)\n$/m.exec(stderr)?.[1] ?? stderr;
}
