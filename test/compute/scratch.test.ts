import { existsSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeScratchFolder } from '../../src/compute/scratch.ts';
import { useFolders } from '../support/lab.ts';

const makeFolder = useFolders();
/** More than Linux gives out. */
const noProcess = 2 ** 22 + 1;

test.each([
  ['of a killed process goes', hostname(), noProcess, false],
  [
    'of one that had the number of this one goes: in a container all have it',
    hostname(),
    process.pid,
    false,
  ],
  ['of a living process stays', hostname(), process.ppid, true],
  ['of another machine stays', 'elsewhere', noProcess, true],
])('a scratch folder %s', async (_, host, pid, stays) => {
  const parent = makeFolder();
  const other = join(parent, `scratch.${host}.${pid}.abcdef`);
  mkdirSync(other);
  const first = await makeScratchFolder(parent);
  const second = await makeScratchFolder(parent);
  expect([other, first, second].map((path) => existsSync(path))).toEqual([stays, true, true]);
});
