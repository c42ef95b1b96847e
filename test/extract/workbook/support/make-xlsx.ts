import { strToU8, type Zippable, zipSync } from 'fflate';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';

export interface XlsxParts {
  /** What stands in `sheetData`. */
  rows?: string;
  /** Of the workbook. */
  type?: string;
  workbook?: string;
  styles?: string;
  sharedStrings?: string;
  /** The part of the sheet; `<worksheet>` gets its namespace. */
  sheet?: string | Uint8Array;
}

/** A workbook of one sheet, `s`, from pieces of XML. */
export function makeXlsx(parts: XlsxParts = {}): Uint8Array {
  return zipSync(makeXlsxParts(parts));
}

export function makeXlsxParts(parts: XlsxParts): Zippable {
  const { rows = '', type = sheetType, workbook = '', styles, sharedStrings } = parts;
  const sheet = parts.sheet ?? `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
  return {
    '[Content_Types].xml': strToU8(
      `<Types xmlns="${packaged}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}"/></Types>`,
    ),
    '_rels/.rels': strToU8(makeRelationships([['officeDocument', 'xl/workbook.xml']])),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${main}" xmlns:r="${office}">${workbook}<sheets><sheet name="s" sheetId="1" r:id="id0"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      makeRelationships([
        ['worksheet', '/xl/worksheets/sheet1.xml'],
        ['sharedStrings', 'sharedStrings.xml'],
        ['styles', 'styles.xml'],
      ]),
    ),
    'xl/worksheets/sheet1.xml':
      typeof sheet === 'string'
        ? strToU8(sheet.replace('<worksheet', `<worksheet xmlns="${main}"`))
        : sheet,
    ...(styles && {
      'xl/styles.xml': strToU8(`<styleSheet xmlns="${main}">${styles}</styleSheet>`),
    }),
    ...(sharedStrings && {
      'xl/sharedStrings.xml': strToU8(`<sst xmlns="${main}">${sharedStrings}</sst>`),
    }),
  };
}

function makeRelationships(targets: [kind: string, target: string][]): string {
  const entries = targets.map(
    ([kind, target], at) =>
      `<Relationship Id="id${at}" Type="${office}/${kind}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${packaged}/relationships">${entries.join('')}</Relationships>`;
}

export function inlineCell(text: string): string {
  return `<c t="inlineStr"><is><t>${text}</t></is></c>`;
}
