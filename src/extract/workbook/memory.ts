import { makeTooLarge, type WorkbookFault } from './faults.ts';

/** What the process takes besides its heap: Node itself, buffers, inflation. */
const besidesHeapMb = 150;

/** For memory outside the heap, which Node does not limit. A call takes some microseconds. */
export function checkMemory(workbookMemoryMb: number): void {
  const limit = (workbookMemoryMb + besidesHeapMb) * 1024 * 1024;
  if (process.memoryUsage.rss() > limit) throw makeOutOfMemory(workbookMemoryMb);
}

export function makeOutOfMemory(workbookMemoryMb: number): WorkbookFault {
  return makeTooLarge(
    `takes more than ${workbookMemoryMb} MB of memory to read`,
    'Split it, export it as CSV, or raise --workbook-memory if you trust it',
  );
}
