import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EluteError } from '../../errors.ts';
import type { Limits } from '../part.ts';
import { makeTooLarge, type WorkbookFault } from './faults.ts';
import { makeOutOfMemory } from './memory.ts';
import type { Answer, Request, Workbook } from './protocol.ts';
import { type ChildEnd, runChild } from './run-child.ts';
import type { SheetTable } from './sheet-table.ts';

export type { SheetTable } from './sheet-table.ts';

interface WorkbookOptions {
  /** Where a folder for the copies is made; it is removed again when the workbook is refused. */
  readonly folder: string;
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies the rows of every sheet that holds cells, in a process of its own with limits.
 * Throws file_damaged, file_encrypted, file_too_large, format_unsupported, unknown_header,
 * path_unreadable, disk_full.
 */
export async function readWorkbook(
  part: Workbook,
  { folder, limits, signal }: WorkbookOptions,
): Promise<SheetTable[]> {
  signal?.throwIfAborted();
  const { path, format } = part;
  const location = resolve(part.location);
  const own = await mkdtemp(join(resolve(folder), 'workbook-'));
  try {
    return await readInChild({ path, location, format, folder: own, limits }, signal);
  } catch (error) {
    await rm(own, { recursive: true, force: true });
    throw error;
  }
}

async function readInChild(request: Request, signal?: AbortSignal): Promise<SheetTable[]> {
  const end = await runChild(request, signal);
  signal?.throwIfAborted();
  const answer = parseAnswer(end) ?? failWith(request, end);
  if ('tables' in answer) return answer.tables;
  throw new EluteError(answer.fault.code, answer.fault.message);
}

function parseAnswer({ code, output }: ChildEnd): Answer | undefined {
  return code === 0 && output !== '' ? JSON.parse(output) : undefined;
}

/** Node aborts when its heap is full; the system kills a process when all memory is. */
const exhausted: readonly (string | number | null)[] = ['SIGABRT', 'SIGKILL', 134];

function failWith({ path, limits }: Request, end: ChildEnd): never {
  if (end.isTimedOut) throw refuse(path, makeOutOfTime(limits));
  if ([end.signal, end.code].some((how) => how !== null && exhausted.includes(how)))
    throw refuse(path, makeOutOfMemory(limits.workbookMemoryMb));
  const how = end.signal ?? `code ${end.code}`;
  throw new Error(`The process that read ${path} ended with ${how}.`, {
    cause: new Error(end.errors),
  });
}

function makeOutOfTime({ workbookSeconds }: Limits): WorkbookFault {
  return makeTooLarge(
    `takes more than ${workbookSeconds} seconds to read`,
    'Split it, export it as CSV, or raise --workbook-seconds if you trust it',
  );
}

function refuse(path: string, { code, message }: WorkbookFault): EluteError {
  return new EluteError(code, `${path} ${message}`);
}
