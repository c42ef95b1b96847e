import { CommanderError } from 'commander';
import { EluteError, errorCatalogue, exitCodes } from '../errors.ts';
import { makeProgram } from './program.ts';

/** Runs one command line to its end; the exit code. Results go to stdout, everything else to stderr. */
export async function runCli(args: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  // `elute features | head` closes the pipe early: that is no fault.
  process.stdout.on('error', ignoreClosedPipe);
  try {
    let exitCode: number = exitCodes.done;
    await makeProgram(interruption.signal, (code) => {
      exitCode = code;
    }).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return interruption.signal.aborted ? report(interrupted(error)) : report(error);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function report(error: unknown): number {
  // Commander has printed its own message; help and version are no fault.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof EluteError) {
    process.stderr.write(`elute: ${error.message}\n`);
    return exitCodes[errorCatalogue[error.code].ending];
  }
  process.stderr.write(
    `elute: internal error\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  return exitCodes.internal;
}

function interrupted(cause: unknown): EluteError {
  if (cause instanceof EluteError && cause.code === 'interrupted') return cause;
  return new EluteError('interrupted', 'Interrupted; nothing was changed.', { cause });
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
