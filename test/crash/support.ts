import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { waitFor } from '../../src/database/embedded/wait.ts';
import { query } from '../support/database.ts';
import type { Moment } from './moments.ts';

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
  /** Resolves when the line stands on stderr; also when the process ends without it. */
  readonly printed: (line: string) => Promise<void>;
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
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode,
    signal: child.signalCode,
    stdout: stdout(),
    stderr: stderr(),
  }));
  const printed = (line: string) =>
    new Promise<void>((resolve) => {
      const look = () => stderr().includes(`${line}\n`) && resolve();
      child.stderr.on('data', look);
      child.once('close', () => resolve());
      look();
    });
  return { kill: (signal) => child.kill(signal), printed, ended };
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

const ofElute = `datname = current_database() and application_name = 'elute'`;

/** Waits until the server has noticed that all of Elute's connections to a database are gone. */
export async function untilDisconnected(url: string): Promise<void> {
  await until('the connections to end', async () => {
    const rows = await query(url, `select from pg_stat_activity where ${ofElute}`);
    return rows.length === 0 ? true : undefined;
  });
}

/** Waits until a connection of Elute is held up by a lock in a statement that begins so; its process. */
export async function untilBlocked(url: string, beginning: string): Promise<number> {
  return until(`"${beginning}" to wait for a lock`, async () => {
    const [row] = await query<{ pid: number }>(
      url,
      `select pid from pg_stat_activity where ${ofElute} and wait_event_type = 'Lock'
       and starts_with(query, $1)`,
      [beginning],
    );
    return row?.pid;
  });
}

/** Waits until somebody waits for a lock on a table. */
export async function untilTableAwaited(url: string, table: string): Promise<void> {
  await until(`somebody to wait for ${table}`, async () => {
    const rows = await query(
      url,
      `select from pg_locks where relation = 'elute.${table}'::regclass and not granted`,
    );
    return rows.length > 0 ? true : undefined;
  });
}

interface Strike<Result> {
  readonly load: () => Promise<Result>;
  /** Given the process on the server, and what lets the load go on. */
  readonly strike: (pid: number, release: () => Promise<void>) => unknown;
}

/** Does something to a load that is held up at a moment, and waits for how the load ends. */
export async function strikeAt<Result>(
  url: string,
  { hold, waiting }: Moment,
  { load, strike }: Strike<Result>,
): Promise<PromiseSettledResult<Result>> {
  const release = await holdUp(url, ...hold);
  try {
    const loading = load();
    const ended = Promise.allSettled([loading]);
    const pid = await Promise.race([untilBlocked(url, waiting), loading]);
    if (typeof pid !== 'number') throw new Error(`the load ended without ${waiting}`);
    await strike(pid, release);
    return (await ended)[0];
  } finally {
    await release();
  }
}

/**
 * Runs statements in a transaction that stays open, so that whoever needs the same rows waits; the
 * result lets them go on.
 */
export async function holdUp(url: string, ...statements: string[]): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // The server may be stopped while it holds.
  await client.connect();
  for (const statement of ['begin', ...statements]) await client.query(statement);
  return () => client.end();
}
