import { readFile, stat } from 'node:fs/promises';
import { makeDamaged, makeTooLarge, makeUnsupported } from '../faults.ts';
import { endRow, endSheet, putCells, type SheetCopies, startSheet } from '../sheet-copy.ts';
import {
  type CompoundFile,
  checkEncryption,
  hasStream,
  openCompoundFile,
  readStream,
} from './compound-file.ts';
import { classifyFormats, type Globals, readGlobals } from './globals.ts';
import { readSheetCells, type SheetCells, type XlsContext } from './sheet-records.ts';

/** Of 65,536 rows each sheet holds at most, no lab fills as many. */
export const maxXlsBytes = 256 * 1024 * 1024;

/** Copies the sheets of a workbook of Excel 97 to 2003, all of which is in memory. */
export async function readXls(location: string, copies: SheetCopies): Promise<void> {
  if ((await stat(location)).size > maxXlsBytes)
    throw makeTooLarge('is larger than 256 MB', 'Save it as .xlsx, or export it as CSV');
  const file = await readFile(location);
  if (isBareStream(file))
    throw makeUnsupported('is a workbook of Excel 4 or older, which Elute does not read');
  const stream = readWorkbookStream(openCompoundFile(file));
  const globals = readGlobals(stream);
  const context = makeContext(stream, globals, copies);
  for (const { name, start } of globals.sheets)
    copySheet(copies, name, readSheetCells(context, start));
}

/** Before Excel 5 a workbook was no compound file but began with its first record. */
function isBareStream(file: Buffer): boolean {
  return file[0] === 0x09 && [0, 2, 4, 8].includes(file[1] ?? 1);
}

function readWorkbookStream(compound: CompoundFile): Buffer {
  checkEncryption(compound);
  const stream = readStream(compound, 'Workbook');
  if (stream) return stream;
  if (hasStream(compound, 'Book'))
    throw makeUnsupported('is a workbook of Excel 95 or older, which Elute does not read');
  throw makeDamaged('it holds no workbook');
}

function makeContext(stream: Buffer, globals: Globals, copies: SheetCopies): XlsContext {
  const { strings, is1904 } = globals;
  const { workbookMemoryMb } = copies.limits;
  return { stream, strings, kinds: classifyFormats(globals), is1904, workbookMemoryMb };
}

function copySheet(copies: SheetCopies, name: string, cells: SheetCells): void {
  const copy = startSheet(copies, name);
  for (const row of [...cells.keys()].sort((a, b) => a - b)) {
    cells.get(row)?.forEach((text, column) => {
      putCells(copy, column, 1, text);
    });
    endRow(copy, row + 1);
  }
  endSheet(copy);
}
