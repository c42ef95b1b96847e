import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, type FileHandle, open, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { serverEnvironment } from './command.ts';
import type { Installation } from './data-directory.ts';
import { isRoot } from './home.ts';
import type { Layout } from './layout.ts';
import { makeStartSettings } from './settings.ts';
import { choosePort, makeSocketDirectory, removeSocketDirectory } from './socket-directory.ts';

/** One attempt to start the server. */
export interface Launch {
  readonly pid: number | undefined;
  /** Settles when the process is gone and its traces are removed. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Lets this process end before the server; until then a pending `ended` keeps it alive. */
  release(): void;
  /** What the log holds since this attempt began. */
  readLog(): Promise<string>;
}

/**
 * A session of its own and no stream of ours: neither the end of this process, nor Ctrl-C or the
 * end of its terminal, takes the server from the others who use it.
 */
export async function launchServer(installation: Installation): Promise<Launch> {
  const { layout } = installation;
  const port = await choosePort(layout);
  const socketDirectory = await makeSocketDirectory(layout);
  const log = await openLog(layout);
  const { size } = await log.stat();
  const child = spawnServer(installation, ['-k', socketDirectory, '-p', `${port}`], log.fd);
  let hasEnded = false;
  // Before anything is awaited: a server that meets another's lock is gone within milliseconds.
  const ended = waitForEnd(child, socketDirectory).finally(() => {
    hasEnded = true;
  });
  await log.close();
  return {
    pid: child.pid,
    ended,
    hasEnded: () => hasEnded,
    release: () => child.unref(),
    readLog: () => readFrom(layout.log, size),
  };
}

function spawnServer({ layout, binaries, account }: Installation, socket: string[], log: number) {
  const settings = makeStartSettings(availableParallelism());
  const command = [...account.prefix, binaries.postgres, '-D', layout.data, ...socket, ...settings];
  const [program = '', ...args] = command;
  const stdio: ['ignore', number, number] = ['ignore', log, log];
  return spawn(program, args, { cwd: '/', env: serverEnvironment, detached: true, stdio });
}

async function waitForEnd(child: ReturnType<typeof spawnServer>, socketDirectory: string) {
  // An exit without a pid never comes: `error` rejects `once`, and the log stays empty.
  await once(child, 'exit').catch(() => {});
  await removeSocketDirectory(socketDirectory);
}

/** Root may start a server for the user whose home it is, who must be able to write on. */
async function openLog(layout: Layout): Promise<FileHandle> {
  const log = await open(layout.log, 'a', 0o600);
  if (isRoot()) {
    const { uid, gid } = await stat(layout.home);
    await chown(layout.log, uid, gid);
  }
  return log;
}

async function readFrom(path: string, start: number): Promise<string> {
  const log = await open(path);
  try {
    const { size } = await log.stat();
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const { bytesRead } = await log.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await log.close();
  }
}
