import { chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { isRoot } from './home.ts';
import type { Layout } from './layout.ts';

/** `sun_path` without its closing zero. */
const pathLimitBytes = process.platform === 'darwin' ? 103 : 107;
const substitutePrefix = '/tmp/elute-socket-';
const substitutePattern = /^\/tmp\/elute-socket-[A-Za-z0-9]{6}$/;

/**
 * Only part of the socket's name. It follows the inode of the data, so that it stays the same
 * from start to start, but not where .elute is removed and made anew: the old server, which takes
 * up to a minute to notice, would otherwise remove the new one's socket when it ends.
 */
export async function choosePort({ data }: Layout): Promise<number> {
  const { ino } = await stat(data, { bigint: true });
  return Number(1024n + (ino % 64_512n));
}

/** `home` itself where its path can serve, else a short directory just as closed. */
export async function makeSocketDirectory({ home }: Layout): Promise<string> {
  if (canHoldSocket(home)) return home;
  const directory = await mkdtemp(substitutePrefix);
  if (isRoot()) {
    const { uid, gid } = await stat(home);
    await chown(directory, uid, gid);
  }
  return directory;
}

/** To libpq, and to the server's setting, a comma separates two directories. */
function canHoldSocket(directory: string): boolean {
  const path = `${directory}/.s.PGSQL.65535`;
  return Buffer.byteLength(path) <= pathLimitBytes && !directory.includes(',');
}

/** Removes the directory that stood in for `home`, and nothing when none did. */
export async function removeSocketDirectory(directory: string): Promise<void> {
  if (substitutePattern.test(directory)) await rm(directory, { recursive: true, force: true });
}

/**
 * Where the server of this home has its socket, given what its file says. Of a path in home only
 * the fact counts: the directory may have been moved since, or have another name in a container.
 */
export function locateSocketDirectory(written: string, { home }: Layout): string {
  return substitutePattern.test(written) ? written : home;
}

/** After a restart of the machine a stranger may have made the directory anew in /tmp. */
export async function isTrustedSocketDirectory(
  directory: string,
  layout: Layout,
): Promise<boolean> {
  if (directory === layout.home) return true;
  try {
    const [socket, home] = await Promise.all([stat(directory), stat(layout.home)]);
    return socket.uid === home.uid && (socket.mode & 0o077) === 0;
  } catch {
    return false;
  }
}
