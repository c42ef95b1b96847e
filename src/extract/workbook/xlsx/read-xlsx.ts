import { endSheet, type SheetCopies, startSheet } from '../sheet-copy.ts';
import { openPackage, requirePart } from '../zip-package.ts';
import type { CellContext } from './cell-value.ts';
import { readMainXml } from './main-xml.ts';
import { findWorkbookPart, type XlsxPackage } from './package-parts.ts';
import { readSharedStrings } from './shared-strings.ts';
import { makeSheetHandlers } from './sheet-part.ts';
import { readStyles } from './styles.ts';
import { readWorkbookPart } from './workbook-part.ts';

/** Copies the sheets of an Office Open XML workbook, holding only its shared texts in memory. */
export async function readXlsx(location: string, copies: SheetCopies): Promise<void> {
  const zipPackage = await openPackage(location, copies.limits);
  try {
    await readSheets({ zipPackage, workbookMemoryMb: copies.limits.workbookMemoryMb }, copies);
  } finally {
    zipPackage.zip.close();
  }
}

async function readSheets(source: XlsxPackage, copies: SheetCopies): Promise<void> {
  const workbook = await readWorkbookPart(source, await findWorkbookPart(source));
  const context: CellContext = {
    strings: await readSharedStrings(source, workbook.sharedStrings),
    styles: await readStyles(source, workbook.styles),
    is1904: workbook.is1904,
  };
  for (const { name, part } of workbook.sheets) {
    const copy = startSheet(copies, name);
    const found = requirePart(source.zipPackage, part);
    await readMainXml(source, found, 'worksheet', makeSheetHandlers(copy, context));
    endSheet(copy);
  }
}
