import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { errnoOf } from './faults.ts';
import type { Layout } from './layout.ts';

/** What a server writes about itself into `postmaster.pid`, and leaves there when it is killed. */
export interface PostmasterFile {
  readonly pid: number;
  readonly data: string;
  readonly port: number;
  /** Empty until the server has opened its socket. */
  readonly socketDirectory: string;
  readonly isReady: boolean;
  readonly text: string;
  readonly ageMs: number;
}

/** Between a file's creation and its first content lie microseconds, in a crash even its end. */
const emptyLimitMs = 5000;

export async function readPostmasterFile(layout: Layout): Promise<PostmasterFile | undefined> {
  const path = join(layout.data, 'postmaster.pid');
  const text = await readIfPresent(path);
  const attributes = await stat(path).catch(ignoreMissing);
  if (text === undefined || attributes === undefined) return undefined;
  const lines = text.split('\n');
  return {
    pid: Number.parseInt(lines[0] ?? '', 10),
    data: lines[1] ?? '',
    port: Number.parseInt(lines[3] ?? '', 10),
    socketDirectory: lines[4] ?? '',
    isReady: lines[7]?.trim() === 'ready',
    text,
    ageMs: Date.now() - attributes.mtimeMs,
  };
}

/** Whether the process is that server, rather than another one that was given its number. */
export async function isPostmasterAlive(file: PostmasterFile): Promise<boolean> {
  if (file.data === '') return file.ageMs < emptyLimitMs;
  if (!hasProcess(file.pid)) return false;
  return (await readCommandLine(file.pid)).includes(file.data);
}

/** Another user's process answers EPERM: it exists. */
function hasProcess(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/** Slim images have no ps; macOS has no /proc. Empty for a process that is gone or a zombie. */
async function readCommandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') return (await readIfPresent(`/proc/${pid}/cmdline`)) ?? '';
  const { succeeded, output } = await runCommand(['ps', '-ww', '-o', 'command=', '-p', `${pid}`]);
  return succeeded ? output : '';
}

async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  const code = errnoOf(error);
  // ESRCH: the process ended while /proc was read.
  if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ESRCH') throw error;
}
