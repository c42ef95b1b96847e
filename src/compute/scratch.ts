import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EluteError } from '../errors.ts';

/** Tells this process from one that had its number: in a container every process has the same. */
const life = randomBytes(4).toString('hex');

/** Makes a private folder for one engine. Throws `disk_full` and `invalid_configuration`. */
export async function makeScratchFolder(parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    await removeAbandonedScratch(parent);
    return await mkdtemp(join(parent, `scratch.${hostname()}.${process.pid}.${life}.`));
  } catch (error) {
    throw explainScratchFault(error, parent);
  }
}

/** What the user is told where the scratch folder does not take files; other errors stay as they are. */
export function explainScratchFault<Fault>(error: Fault, folder?: string): Fault | EluteError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : '';
  if (/ENOSPC|EDQUOT|No space left on device|max_temp_directory_size/i.test(`${code} ${message}`)) {
    return new EluteError(
      'disk_full',
      'The disk that holds the scratch files is full. Free some space, or name another folder with --scratch-directory.',
      { cause: error },
    );
  }
  if (folder === undefined || !/^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EEXIST)$/.test(code))
    return error;
  return new EluteError(
    'invalid_configuration',
    `The folder ${folder} cannot take the scratch files (${code}). Name another one with --scratch-directory.`,
    { cause: error },
  );
}

/**
 * Removes the scratch folders of processes of this host that were killed. The folder's name says whose
 * it is: `scratch.HOST.PID.LIFE.random`.
 */
async function removeAbandonedScratch(parent: string): Promise<void> {
  const prefix = `scratch.${hostname()}.`;
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  const abandoned = names.filter((name) => {
    const [pid, lifeOf] = name.slice(prefix.length).split('.');
    return Number(pid) === process.pid ? lifeOf !== life : !isAlive(Number(pid));
  });
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
