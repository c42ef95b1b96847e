import { openAccount } from './account.ts';
import { openBinaries } from './binaries.ts';
import { createDataDirectory } from './data-directory.ts';
import { errnoOf, explainFileFault, makeSlow, makeUnusable } from './faults.ts';
import { checkHome, prepareHome } from './home.ts';
import { hasCluster, type Layout, layoutOf } from './layout.ts';
import { isPostmasterAlive, readPostmasterFile } from './postmaster-file.ts';
import { readServerState } from './server-state.ts';
import { removeSocketDirectory } from './socket-directory.ts';
import { startServer } from './start.ts';
import { waitFor } from './wait.ts';

const stopLimitMs = 60_000;

/**
 * Starts the server whose data lies in `<directory>/postgres`, or finds the one that already
 * runs; resolves to a connection URL once it accepts connections. It runs until it is stopped or
 * its directory is removed, whoever started it. Throws database_unusable or disk_full.
 */
export async function startEmbeddedServer(directory: string): Promise<string> {
  const layout = layoutOf(directory);
  try {
    const running = await findEmbeddedServer(directory);
    return running ?? (await createAndStart(layout));
  } catch (error) {
    throw explainFileFault(error, layout);
  }
}

/** URL of the running server, undefined when none runs. Never starts anything. */
export async function findEmbeddedServer(directory: string): Promise<string | undefined> {
  const layout = layoutOf(directory);
  if (!(await checkHome(layout))) return undefined;
  const state = await readServerState(layout);
  return state.kind === 'ready' ? state.url : undefined;
}

/** Whether a cluster has ever been created there. */
export function hasEmbeddedData(directory: string): boolean {
  return hasCluster(layoutOf(directory));
}

/** Ends the server and its clients' transactions (fast mode); resolves to false when none ran. */
export async function stopEmbeddedServer(directory: string): Promise<boolean> {
  const layout = layoutOf(directory);
  const file = (await checkHome(layout)) ? await readPostmasterFile(layout) : undefined;
  if (!file?.pid) return false;
  if (!(await isPostmasterAlive(file))) return refuseIfElsewhere(layout);
  interrupt(file.pid);
  const isGone = await waitFor(
    stopLimitMs,
    async () => !(await isPostmasterAlive(file)) || undefined,
  );
  if (!isGone) throw makeSlow('is still shutting down', layout);
  await removeSocketDirectory(file.socketDirectory);
  return true;
}

/** SIGINT is postgres' fast shutdown. */
function interrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    // It ended by itself since it was seen.
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

async function createAndStart(layout: Layout): Promise<string> {
  await prepareHome(layout);
  const binaries = await openBinaries();
  const account = await openAccount(layout, binaries);
  const installation = { layout, binaries, account };
  await createDataDirectory(installation);
  return startServer(installation);
}

/** One that answers without being among our processes runs in another container. */
async function refuseIfElsewhere(layout: Layout): Promise<false> {
  const state = await readServerState(layout);
  if (state.kind !== 'ready') return false;
  throw makeUnusable(
    `The server in ${layout.home} was started in another container.`,
    'Stop it from there',
  );
}
