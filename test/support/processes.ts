import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect } from 'vitest';
import { main } from '../cli/run-elute.ts';

/** An `elute serve` or `elute worker` that runs until it is stopped. */
export interface Process {
  /** All that it has printed so far, to stdout and stderr. */
  readonly printed: () => string;
  /** Waits until that matches; what the pattern finds. */
  readonly until: (pattern: RegExp) => Promise<string>;
  /** Ends it as a signal would; its exit code. */
  readonly stop: () => Promise<number | null>;
}

export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts processes in an environment of their own; those still alive after the test are ended. */
export function useProcesses(): (args: readonly string[], where: Surroundings) => Process {
  const running: ChildProcess[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map(stop));
  });
  return (args, { cwd, env }) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], TZ: 'UTC', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => {
        printed += part;
      });
    const until = async (pattern: RegExp) => {
      await expect.poll(() => printed, { timeout: 60_000 }).toMatch(pattern);
      return pattern.exec(printed)?.[0] ?? '';
    };
    return { printed: () => printed, until, stop: () => stop(child) };
  };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
  return child.exitCode;
}
