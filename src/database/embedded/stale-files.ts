import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './faults.ts';
import type { Layout } from './layout.ts';
import { type PostmasterFile, readPostmasterFile } from './postmaster-file.ts';
import { removeSocketDirectory } from './socket-directory.ts';

/** The turn takes milliseconds: one this old was taken by a process that was killed. */
const turnLimitMs = 5000;

/**
 * Removes what a killed server left; false when another process is at it. Not left to postgres:
 * it takes whatever process has the old number now, usual after the restart of a container, for
 * its predecessor and refuses; and of several servers that find the file one may remove another's
 * new one, which that notices, and ends, a minute later.
 */
export async function removeStaleFiles(layout: Layout, stale: PostmasterFile): Promise<boolean> {
  const turn = join(layout.home, 'clearing');
  if (!(await takeTurn(turn))) return false;
  try {
    const present = await readPostmasterFile(layout);
    if (present?.text !== stale.text) return false;
    await removeSocketFiles(layout, stale);
    await rm(join(layout.data, 'postmaster.pid'), { force: true });
    return true;
  } finally {
    await rmdir(turn).catch(ignoreMissing);
  }
}

/** The lock beside the socket names the old number too. The socket itself is replaced. */
async function removeSocketFiles(layout: Layout, stale: PostmasterFile): Promise<void> {
  await rm(join(layout.home, `.s.PGSQL.${stale.port}.lock`), { force: true });
  await removeSocketDirectory(stale.socketDirectory);
}

async function takeTurn(turn: string): Promise<boolean> {
  try {
    await mkdir(turn);
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    const taken = await stat(turn).catch(ignoreMissing);
    if (taken && Date.now() - taken.mtimeMs > turnLimitMs) await rmdir(turn).catch(ignoreMissing);
    return false;
  }
}

function ignoreMissing(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error;
}
