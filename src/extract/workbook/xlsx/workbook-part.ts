import { makeDamaged } from '../faults.ts';
import { readAttribute, requireAttribute, type XmlTag } from '../xml.ts';
import { requirePart } from '../zip-package.ts';
import { readMainXml } from './main-xml.ts';
import { type Relationship, readRelationships, type XlsxPackage } from './package-parts.ts';

export interface WorkbookPart {
  /** In the order of their tabs, hidden ones too; charts and dialogues are left out. */
  readonly sheets: readonly { readonly name: string; readonly part: string }[];
  readonly is1904: boolean;
  readonly sharedStrings: string | undefined;
  readonly styles: string | undefined;
}

export async function readWorkbookPart(source: XlsxPackage, name: string): Promise<WorkbookPart> {
  const relationships = await readRelationships(source, name);
  const found: { name: string; id: string }[] = [];
  let is1904 = false;
  const handlers = {
    open: (tag: XmlTag) => {
      if (tag.local === 'workbookPr') is1904 = isOn(readAttribute(tag, 'date1904'));
      if (tag.local === 'sheet')
        found.push({ name: requireAttribute(tag, 'name'), id: readRelationshipId(tag) });
    },
  };
  await readMainXml(source, requirePart(source.zipPackage, name), 'workbook', handlers);
  return {
    sheets: found.flatMap((sheet) => resolveSheet(sheet, relationships)),
    is1904,
    sharedStrings: findTarget(relationships, 'sharedStrings'),
    styles: findTarget(relationships, 'styles'),
  };
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** It stands in a namespace of its own, of which there are two; `sheetId` is something else. */
function readRelationshipId(tag: XmlTag): string {
  const found = Object.values(tag.attributes).find(
    ({ local, uri }) => local === 'id' && uri.endsWith('/relationships'),
  );
  if (found === undefined) throw makeDamaged('a sheet in its list does not say where it lies');
  return found.value;
}

function resolveSheet(
  { name, id }: { name: string; id: string },
  relationships: readonly Relationship[],
): { name: string; part: string }[] {
  const found = relationships.find((relationship) => relationship.id === id);
  if (found === undefined) throw makeDamaged(`it does not say where its sheet "${name}" lies`);
  if (found.kind !== 'worksheet') return [];
  if (found.target === undefined) throw makeDamaged(`its sheet "${name}" lies outside the file`);
  return [{ name, part: found.target }];
}

function findTarget(relationships: readonly Relationship[], kind: string): string | undefined {
  return relationships.find((relationship) => relationship.kind === kind)?.target;
}
