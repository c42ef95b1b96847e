import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Outcome {
  readonly succeeded: boolean;
  /** Standard output and standard error, or why the command could not be started. */
  readonly output: string;
}

/**
 * Nothing of the caller's environment: PGPORT and its like would steer the server, the locale
 * would translate its log, and a daemon should not keep somebody's secrets for weeks.
 */
export const serverEnvironment = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Runs a program to its end. Never throws: a program that is missing has failed. */
export async function runCommand(command: readonly string[], input = ''): Promise<Outcome> {
  const [program = '', ...args] = command;
  // A session of its own keeps Ctrl-C, which Elute answers itself, from ending it half-way.
  const child = spawn(program, args, { cwd: '/', env: serverEnvironment, detached: true });
  // A program that ends before it has read its input is told by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? '' : `ended with ${code ?? signal}`),
    );
  });
  const [fault, output, errors] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { succeeded: fault === '', output: output + errors || fault };
}
