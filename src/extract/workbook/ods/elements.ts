import type { XmlTag } from '../xml.ts';

type Family = 'office' | 'table' | 'text';

function makeUri(family: Family): string {
  return `urn:oasis:names:tc:opendocument:xmlns:${family}:1.0`;
}

const uris = { office: makeUri('office'), table: makeUri('table'), text: makeUri('text') };

const rows = ['table-row', 'table-rows', 'table-header-rows', 'table-row-group'];
const inline = ['span', 'a', 's', 'tab', 'line-break'];

/** Which elements of a namespace are read in which. All others are passed over with what is in them: remarks, drawings, changes, tables in cells. */
const children = new Map<string, ReadonlyMap<string, readonly string[]>>([
  [
    uris.office,
    new Map([
      ['', ['document-content']],
      ['document-content', ['body']],
      ['body', ['spreadsheet']],
    ]),
  ],
  [
    uris.table,
    new Map([
      ['spreadsheet', ['table']],
      ['table', rows],
      ['table-rows', rows],
      ['table-header-rows', rows],
      ['table-row-group', rows],
      ['table-row', ['table-cell', 'covered-table-cell']],
    ]),
  ],
  [
    uris.text,
    new Map([
      ['table-cell', ['p']],
      ['p', inline],
      ['span', inline],
      ['a', inline],
    ]),
  ],
]);

/** Whether an element is read where it stands; `parent` is the local name around it, '' for none. */
export function isRead(tag: XmlTag, parent: string): boolean {
  return children.get(tag.uri)?.get(parent)?.includes(tag.local) ?? false;
}

/** How often something is repeated: 1 unless its attribute says more. */
export function readCount(tag: XmlTag, family: Family, local: string): number {
  const count = Number(readQualified(tag, family, local) ?? 1);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** An attribute by its namespace: other programs use the same names in theirs. */
export function readQualified(tag: XmlTag, family: Family, local: string): string | undefined {
  for (const name in tag.attributes) {
    const found = tag.attributes[name];
    if (found?.local === local && found.uri === uris[family]) return found.value;
  }
  return undefined;
}
