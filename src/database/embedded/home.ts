import { chmod, mkdir, stat } from 'node:fs/promises';
import { errnoOf, makeUnusable } from './faults.ts';
import type { Layout } from './layout.ts';

export function isRoot(): boolean {
  return currentUid() === 0;
}

/** Makes `home` if it is missing. Its mode is what keeps strangers from a server without passwords. */
export async function prepareHome(layout: Layout): Promise<void> {
  await mkdir(layout.home, { recursive: true, mode: 0o700 });
  await checkHome(layout);
  const { mode } = await stat(layout.home);
  if ((mode & 0o077) !== 0) await chmod(layout.home, 0o700);
}

/** Whether there is a home at all. Throws where it belongs to somebody else. */
export async function checkHome(layout: Layout): Promise<boolean> {
  try {
    const { uid } = await stat(layout.home);
    if (!isRoot() && uid !== currentUid()) throw makeForeign(layout);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw code === 'EACCES' ? makeForeign(layout) : error;
  }
}

function currentUid(): number {
  return process.getuid?.() ?? 0;
}

function makeForeign(layout: Layout): Error {
  return makeUnusable(
    `The database in ${layout.home} belongs to another user.`,
    'Run Elute as that user, work in a directory of your own',
  );
}
