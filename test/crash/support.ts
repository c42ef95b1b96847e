import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../src/database/embedded/wait.ts';
import { query } from '../support/database.ts';

/** Built by `npm test` before: Node 20 does not run TypeScript. */
const built = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Where a command runs: its database (absent: the embedded one) and its folder. */
export interface Place {
  readonly url?: string;
  readonly directory: string;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when the text stands on stdout or stderr; also when the process ends without it. */
  readonly printed: (text: string) => Promise<void>;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly ended: Promise<Ending>;
}

const alive = new Set<ChildProcess>();

/** For `afterEach`: a process that outlives its test is ended, and fails the test. */
export function refuseLeftProcesses(): void {
  const left = [...alive];
  for (const child of left) child.kill('SIGKILL');
  if (left.length > 0)
    throw new Error(`still running: ${left.map((child) => child.spawnargs.join(' '))}`);
}

/** Starts `elute` with arguments, as a process of its own. */
export function startElute({ url, directory }: Place, ...args: string[]): Running {
  const child = spawn(process.execPath, [built, '--directory', directory, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', DATABASE_URL: url ?? '' },
  });
  alive.add(child);
  child.once('close', () => alive.delete(child));
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const output = () => `${stdout()}${stderr()}`;
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode,
    signal: child.signalCode,
    stdout: stdout(),
    stderr: stderr(),
  }));
  const printed = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => output().includes(text) && resolve();
      for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
      child.once('close', () => resolve());
      look();
    });
  return { kill: (signal) => child.kill(signal), printed, output, ended };
}

export async function runElute(place: Place, ...args: string[]): Promise<Ending> {
  return startElute(place, ...args).ended;
}

function collect(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return () => text;
}

/** Asks until there is an answer; fails, saying what was waited for, when none comes. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const answer = await waitFor(30_000, ask);
  if (answer === undefined) throw new Error(`waited in vain: ${what}`);
  return answer;
}

/** A condition on `pg_stat_activity`. */
export const ofElute = `datname = current_database() and application_name = 'elute'`;

/** Waits until the server has noticed that all of Elute's connections to a database are gone. */
export async function untilDisconnected(url: string): Promise<void> {
  await until('the connections to end', async () => {
    const rows = await query(url, `select from pg_stat_activity where ${ofElute}`);
    return rows.length === 0 ? true : undefined;
  });
}
