import { strToU8, zipSync } from 'fflate';

const mimeType = 'application/vnd.oasis.opendocument.spreadsheet';
const namespaces = ['office', 'table', 'text']
  .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
  .join(' ');

export interface OdsParts {
  name?: string;
  /** What stands in the table. */
  rows?: string;
  mimetype?: string;
  manifest?: string;
}

export function makeOds(parts: OdsParts): Uint8Array {
  const { name = 's', rows = '', mimetype = mimeType, manifest = '' } = parts;
  const content = `<office:document-content ${namespaces}><office:body><office:spreadsheet><table:table table:name="${name}">${rows}</table:table></office:spreadsheet></office:body></office:document-content>`;
  return zipSync({
    mimetype: [strToU8(mimetype), { level: 0 }],
    'META-INF/manifest.xml': strToU8(
      `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">${manifest}</manifest:manifest>`,
    ),
    'content.xml': strToU8(content),
  });
}

export function odsRow(cells: string, attributes = ''): string {
  return `<table:table-row ${attributes}>${cells}</table:table-row>`;
}

export function odsCell(text: string, attributes = ''): string {
  return `<table:table-cell office:value-type="string" ${attributes}><text:p>${text}</text:p></table:table-cell>`;
}
