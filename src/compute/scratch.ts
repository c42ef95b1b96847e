import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/**
 * Removes the scratch folders of processes of this host that were killed. The folder's name says whose
 * it is: `scratch.HOST.PID.random`.
 */
export async function removeAbandonedScratch(parent: string): Promise<void> {
  const prefix = `scratch.${hostname()}.`;
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  const abandoned = names.filter(
    (name) => !isAlive(Number(name.slice(prefix.length).split('.')[0])),
  );
  await Promise.all(
    abandoned.map((name) => rm(join(parent, name), { recursive: true, force: true })),
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
