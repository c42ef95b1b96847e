import { appendFile, chown, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { runCommand } from './command.ts';
import { errnoOf, makeServerFault, makeUnusable } from './faults.ts';
import { hasCluster, type Layout } from './layout.ts';
import { serverSettings } from './settings.ts';

export interface Installation {
  readonly layout: Layout;
  readonly binaries: Binaries;
  readonly account: Account;
}

const temporaryPrefix = 'new-';

/**
 * Creates the cluster unless there is one. It is built aside and renamed when complete, so that
 * of many processes one wins, without locks, and a killed one leaves nothing half-made behind.
 */
export async function createDataDirectory(installation: Installation): Promise<void> {
  const { layout } = installation;
  if (!hasCluster(layout)) {
    await buildCluster(installation).catch((error: unknown) => {
      // The winner clears the others' attempts away, under their feet.
      if (!hasCluster(layout)) throw error;
    });
  }
  await removeTemporaries(layout);
}

async function buildCluster(installation: Installation): Promise<void> {
  const { layout, account } = installation;
  const temporary = await mkdtemp(join(layout.home, temporaryPrefix));
  try {
    if (account.owner) await chown(temporary, account.owner.uid, account.owner.gid);
    await initializeCluster(installation, temporary);
    await appendFile(join(temporary, 'postgresql.conf'), serverSettings);
    await createDatabase(installation, temporary);
    await publish(temporary, layout);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The built-in locale sorts by code point on every platform, whatever its C library. */
async function initializeCluster(installation: Installation, directory: string): Promise<void> {
  const { succeeded, output } = await runCommand([
    ...installation.account.prefix,
    installation.binaries.initdb,
    ...['--pgdata', directory, '--username', 'elute', '--encoding', 'UTF8', '--locale', 'C'],
    ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-instructions'],
    ...['--auth-local', 'trust', '--auth-host', 'reject'],
  ]);
  if (!succeeded) throw makeCreationFault(installation, 'initdb', output);
}

/** In single-user mode, so that the cluster is complete before anybody sees it. */
async function createDatabase(installation: Installation, directory: string): Promise<void> {
  const { succeeded, output } = await runCommand(
    [
      ...installation.account.prefix,
      installation.binaries.postgres,
      ...['--single', '-c', 'exit_on_error=on', '-D', directory, 'postgres'],
    ],
    'create database elute;\n',
  );
  if (!succeeded) throw makeCreationFault(installation, 'postgres', output);
}

function makeCreationFault({ layout }: Installation, source: string, output: string): Error {
  return makeServerFault({ what: 'The database could not be created', layout, source, output });
}

async function publish(temporary: string, layout: Layout): Promise<void> {
  try {
    await rename(temporary, layout.data);
  } catch (error) {
    const code = errnoOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    if (!hasCluster(layout)) throw makeRemains(layout);
    return;
  }
  const home = await open(layout.home);
  await home.sync().finally(() => home.close());
}

function makeRemains({ data }: Layout): Error {
  return makeUnusable(
    `${data} holds what is left of a database that was removed in part.`,
    'Remove that directory',
  );
}

/** Attempts that were killed, or that lost: once there is a cluster, none is of use. */
async function removeTemporaries(layout: Layout): Promise<void> {
  const names = await readdir(layout.home);
  const temporaries = names.filter((name) => name.startsWith(temporaryPrefix));
  // One that is still being written to may resist; the next start meets it again.
  await Promise.allSettled(
    temporaries.map((name) => rm(join(layout.home, name), { recursive: true, force: true })),
  );
}
