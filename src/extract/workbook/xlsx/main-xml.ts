import { makeDamaged } from '../faults.ts';
import { readXml, type XmlHandlers, type XmlTag } from '../xml.ts';
import type { PackagePart } from '../zip-package.ts';
import type { XlsxPackage } from './package-parts.ts';

/** The one Excel writes, and that of "Strict Open XML". */
const namespaces = [
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  'http://purl.oclc.org/ooxml/spreadsheetml/main',
];

/** Reads a part, without the elements of extensions: some of them bear the names of others. */
export async function readMainXml(
  { workbookMemoryMb }: XlsxPackage,
  part: PackagePart,
  root: string,
  { open, close, text }: Partial<XmlHandlers>,
): Promise<void> {
  const handlers = {
    open: (tag: XmlTag) => {
      if (namespaces.includes(tag.uri)) open?.(tag);
      else if (tag.local === root) throw makeForeign(part.name);
    },
    close: (tag: XmlTag) => {
      if (namespaces.includes(tag.uri)) close?.(tag);
    },
    text: (piece: string) => text?.(piece),
  };
  await readXml(part, root, { handlers, workbookMemoryMb });
}

function makeForeign(name: string) {
  return makeDamaged(`its part ${name} is not in a namespace of workbooks`);
}
