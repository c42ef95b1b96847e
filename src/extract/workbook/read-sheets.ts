import { open, readFile, stat } from 'node:fs/promises';
import { makeDamaged } from './faults.ts';
import { readOds } from './ods/read-ods.ts';
import type { Request } from './protocol.ts';
import { startCopies } from './sheet-copy.ts';
import type { SheetTable } from './sheet-table.ts';
import { checkEncryption, isCompoundFile, openCompoundFile } from './xls/compound-file.ts';
import { maxXlsBytes, readXls } from './xls/read-xls.ts';
import { readXlsx } from './xlsx/read-xlsx.ts';

const readers = { xlsx: readXlsx, ods: readOds, xls: readXls } as const;

/** Copies every sheet of a workbook, in this process. Throws WorkbookFault. */
export async function readSheets(request: Request): Promise<SheetTable[]> {
  const { location, format, folder, limits } = request;
  if (format !== 'xls') await checkBeginning(location, format);
  const copies = startCopies(folder, limits);
  await readers[format](location, copies);
  return copies.tables;
}

/** With a password Excel packs a workbook into a file of the kind that old ones are. */
async function checkBeginning(location: string, format: string): Promise<void> {
  if (!isCompoundFile(await readHead(location))) return;
  if ((await stat(location)).size <= maxXlsBytes)
    checkEncryption(openCompoundFile(await readFile(location)));
  throw makeDamaged(`it is named .${format} but holds a workbook of another kind`);
}

const headBytes = 8;

async function readHead(location: string): Promise<Buffer> {
  const file = await open(location);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
