import { WorkbookFault } from './faults.ts';
import { makeOutOfMemory } from './memory.ts';
import type { Answer, Request } from './protocol.ts';
import { readSheets } from './read-sheets.ts';

/**
 * The entry of a process that reads one workbook: a Request in its argument, an Answer on stdout.
 * A file from who knows where may exhaust its memory or its time, and then this process alone ends.
 */
const request: Request = JSON.parse(process.argv[2] ?? '');
endWithParent();
process.stdout.write(JSON.stringify(await answer(request)));

/** Who started this process holds its stdin open, and never writes to it. */
function endWithParent(): void {
  process.stdin.once('close', () => process.kill(process.pid, 'SIGKILL'));
  process.stdin.resume().unref();
}

async function answer(request: Request): Promise<Answer> {
  try {
    return { tables: await readSheets(request) };
  } catch (error) {
    const { code, message } = explain(error, request);
    return { fault: { code, message: `${request.path} ${message}` } };
  }
}

function explain(error: unknown, { location, limits }: Request): WorkbookFault {
  if (error instanceof WorkbookFault) return error;
  if (isAllocationError(error)) return makeOutOfMemory(limits.workbookMemoryMb);
  if (isReadError(error, location)) {
    const message = `cannot be read: ${error.message}. Check the file and its permissions.`;
    return new WorkbookFault('path_unreadable', message);
  }
  throw error;
}

/** A text or a buffer larger than there can be. */
function isAllocationError(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    /invalid (string|array|typed array) length|allocation failed|cannot create a string/i.test(
      error.message,
    )
  );
}

/** Of the workbook itself, not of a copy. */
function isReadError(error: unknown, location: string): error is Error {
  if (!(error instanceof Error) || !('syscall' in error)) return false;
  return error.syscall === 'read' || ('path' in error && error.path === location);
}
