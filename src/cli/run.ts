import { CommanderError } from 'commander';
import { EluteError, errorCatalogue, exitCodes } from '../errors.ts';
import { ClosedPipe } from './print.ts';
import { makeProgram } from './program.ts';
import { makeProgressDisplay } from './progress.ts';

/** Runs one command line to its end; the exit code. Results go to stdout, everything else to stderr. */
export async function runCli(args: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  // Kept to the very end: a signal that comes when all is done must not become the exit code.
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  // What cannot be printed is told to whoever prints it; nobody can be told what stderr does not take.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  const progress = makeProgressDisplay();
  let exitCode: number = exitCodes.done;
  const setExitCode = (code: number) => {
    exitCode = code;
  };
  try {
    const program = makeProgram({ signal: interruption.signal, progress, setExitCode });
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    progress.stop();
    if (error instanceof ClosedPipe) return exitCode;
    return interruption.signal.aborted ? report(interrupted(error)) : report(error);
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
    `elute: internal error, a fault of Elute itself; please report it with these lines\n${
      error instanceof Error ? error.stack : String(error)
    }\n`,
  );
  return exitCodes.internal;
}

function interrupted(cause: unknown): EluteError {
  if (cause instanceof EluteError && cause.code === 'interrupted') return cause;
  return new EluteError('interrupted', 'Interrupted; nothing was changed.', { cause });
}
