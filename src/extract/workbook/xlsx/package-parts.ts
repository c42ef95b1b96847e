import { makeDamaged, makeUnsupported } from '../faults.ts';
import { readAttribute, readXml, requireAttribute, type XmlTag } from '../xml.ts';
import { findPart, requirePart, type ZipPackage } from '../zip-package.ts';

/** How a part of a package points to another. */
export interface Relationship {
  readonly id: string;
  /** The last word of its type, such as `worksheet`. */
  readonly kind: string;
  /** Name of a part; undefined for something outside the package. */
  readonly target: string | undefined;
}

/** An opened package, and what reading it may take. */
export interface XlsxPackage {
  readonly zipPackage: ZipPackage;
  readonly workbookMemoryMb: number;
}

/** The name of the part that lists the sheets. */
export async function findWorkbookPart(source: XlsxPackage): Promise<string> {
  const typeOf = await readContentTypes(source);
  const relationships = await readRelationships(source, '');
  const workbook = relationships.find(({ kind }) => kind === 'officeDocument')?.target;
  if (workbook === undefined) throw makeDamaged('it does not say which of its parts is a workbook');
  checkType(typeOf(workbook));
  return workbook;
}

function checkType(type: string | undefined): void {
  if (type?.includes('ms-excel.sheet.binary'))
    throw makeUnsupported('is a binary workbook (.xlsb), which Elute does not read');
  const isWorkbook =
    type !== undefined && /(sheet|template|macroenabled|addin)\.main\+xml$/i.test(type);
  if (!isWorkbook || /presentationml|wordprocessingml/i.test(type))
    throw makeDamaged(`it is no workbook but holds ${type ?? 'nothing of a known type'}`);
}

type TypeOf = (part: string) => string | undefined;

async function readContentTypes({ zipPackage, workbookMemoryMb }: XlsxPackage): Promise<TypeOf> {
  const defaults = new Map<string, string>();
  const overrides = new Map<string, string>();
  const handlers = {
    open: (tag: XmlTag) => {
      const type = readAttribute(tag, 'ContentType') ?? '';
      if (tag.local === 'Default')
        defaults.set(requireAttribute(tag, 'Extension').toLowerCase(), type);
      if (tag.local === 'Override')
        overrides.set(requireAttribute(tag, 'PartName').toLowerCase().replace(/^\//, ''), type);
    },
  };
  const part = requirePart(zipPackage, '[Content_Types].xml');
  await readXml(part, 'Types', { handlers, workbookMemoryMb });
  return (name) => {
    const extension = name.toLowerCase().split('.').at(-1) ?? '';
    return overrides.get(name.toLowerCase()) ?? defaults.get(extension);
  };
}

/** Those of one part, or of the package itself for ''. None when they are not there. */
export async function readRelationships(
  { zipPackage, workbookMemoryMb }: XlsxPackage,
  source: string,
): Promise<Relationship[]> {
  const folder = source.slice(0, source.lastIndexOf('/') + 1);
  const name = `${folder}_rels/${source.slice(folder.length)}.rels`;
  const part = findPart(zipPackage, name);
  const found: Relationship[] = [];
  const handlers = {
    open: (tag: XmlTag) => {
      if (tag.local !== 'Relationship') return;
      const isExternal = readAttribute(tag, 'TargetMode') === 'External';
      const target = isExternal ? undefined : resolvePart(folder, requireAttribute(tag, 'Target'));
      const kind = requireAttribute(tag, 'Type').split('/').at(-1) ?? '';
      found.push({ id: requireAttribute(tag, 'Id'), kind, target });
    },
  };
  if (part) await readXml(part, 'Relationships', { handlers, workbookMemoryMb });
  return found;
}

/** A target is relative to the folder of the part that names it, unless it begins with a slash. */
function resolvePart(folder: string, target: string): string {
  try {
    const { pathname } = new URL(target, `package:///${folder}`);
    return decodeURIComponent(pathname).replace(/^\/+/, '');
  } catch (error) {
    throw makeDamaged(`it points to "${target}", which is no name of a part`, error);
  }
}
