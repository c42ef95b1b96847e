import type { Installation } from './data-directory.ts';
import { findWrongVersion, makeServerFault, makeSlow } from './faults.ts';
import { type Launch, launchServer } from './launch.ts';
import type { Layout } from './layout.ts';
import type { PostmasterFile } from './postmaster-file.ts';
import { readServerState } from './server-state.ts';
import { removeStaleFiles } from './stale-files.ts';
import { waitFor } from './wait.ts';

/** Recovery from a crash in the middle of a large load takes tens of seconds. */
const startLimitMs = 60_000;

/**
 * URL of the server once it accepts connections. Of several starters its own lock file lets one
 * through, and the others wait for that one.
 */
export async function startServer(installation: Installation): Promise<string> {
  let launch: Launch | undefined;
  try {
    const ready = await waitFor(startLimitMs, async () => {
      const state = await readServerState(installation.layout);
      if (state.kind === 'none') launch = await relaunch(installation, state.stale, launch);
      return state.kind === 'ready' ? state : undefined;
    });
    if (ready === undefined) throw makeSlow('does not accept connections yet', installation.layout);
    if (launch?.pid !== ready.pid) await launch?.ended;
    return ready.url;
  } finally {
    launch?.release();
  }
}

async function relaunch(
  installation: Installation,
  stale: PostmasterFile | undefined,
  last: Launch | undefined,
): Promise<Launch | undefined> {
  if (last && !last.hasEnded()) return last;
  if (last) await checkWorthRepeating(installation.layout, last);
  if (stale && !(await removeStaleFiles(installation.layout, stale))) return undefined;
  return launchServer(installation);
}

/** What another server stands in the way of passes by itself; everything else does not. */
async function checkWorthRepeating(layout: Layout, launch: Launch): Promise<void> {
  const output = await launch.readLog();
  if (/lock file .* already exists|pre-existing shared memory block/.test(output)) return;
  const what = 'The embedded PostgreSQL server did not start';
  const failure = { what, layout, source: layout.log, output };
  throw findWrongVersion(failure) ?? makeServerFault(failure);
}
