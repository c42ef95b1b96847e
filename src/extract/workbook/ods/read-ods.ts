import { makeDamaged, makeEncrypted } from '../faults.ts';
import type { SheetCopies } from '../sheet-copy.ts';
import { readXml, type XmlTag } from '../xml.ts';
import { findPart, openPackage, requirePart, type ZipPackage } from '../zip-package.ts';
import { makeContentHandlers } from './content.ts';

/** Copies the sheets of an OpenDocument workbook. */
export async function readOds(location: string, copies: SheetCopies): Promise<void> {
  const zipPackage = await openPackage(location, copies.limits);
  try {
    await checkMimeType(zipPackage);
    const { workbookMemoryMb } = copies.limits;
    await checkManifest(zipPackage, workbookMemoryMb);
    const handlers = makeContentHandlers(copies);
    const content = requirePart(zipPackage, 'content.xml');
    await readXml(content, 'document-content', { handlers, workbookMemoryMb });
  } finally {
    zipPackage.zip.close();
  }
}

const mimeType = /^application\/vnd\.oasis\.opendocument\.spreadsheet(-template)?\s*$/;
const maxMimeTypeBytes = 200;

async function checkMimeType(zipPackage: ZipPackage): Promise<void> {
  let found = '';
  for await (const chunk of requirePart(zipPackage, 'mimetype').bytes) {
    found += chunk.toString('latin1');
    if (found.length > maxMimeTypeBytes) break;
  }
  if (!mimeType.test(found))
    throw makeDamaged(`it is no workbook but holds ${found.slice(0, maxMimeTypeBytes)}`);
}

async function checkManifest(zipPackage: ZipPackage, workbookMemoryMb: number): Promise<void> {
  const manifest = findPart(zipPackage, 'META-INF/manifest.xml');
  const handlers = {
    open: ({ local }: XmlTag) => {
      if (local === 'encryption-data') throw makeEncrypted();
    },
  };
  if (manifest) await readXml(manifest, 'manifest', { handlers, workbookMemoryMb });
}
