import type { Entry } from 'yauzl';
import { makeUnsupported } from '../faults.ts';
import { decodeName } from './names.ts';
import { type Archive, checkReadable, readEntry } from './read-entry.ts';

/**
 * Which workbook a zip file is; none: it is an archive. Throws `format_unsupported` for the documents of
 * office programs that are not one, and `file_encrypted`.
 */
export async function detectDocument(
  path: string,
  entries: readonly Entry[],
  archive: Archive,
): Promise<'xlsx' | 'ods' | undefined> {
  const byName = new Map(entries.map((entry) => [decodeName(entry), entry] as const));
  const names = [...byName.keys()];
  const document = detectByNames(path, names) ?? (await detectByType(path, byName, archive));
  if (document) for (const entry of entries) checkReadable(path, entry);
  return document;
}

const saveAs = 'Save it as .xlsx or .csv and load that.';

function detectByNames(path: string, names: readonly string[]): 'xlsx' | undefined {
  if (names.some((name) => name.endsWith('.iwa')))
    throw makeUnsupported(path, `is an Apple Numbers document, which cannot be loaded. ${saveAs}`);
  if (!names.includes('[Content_Types].xml')) return undefined;
  if (names.includes('xl/workbook.bin'))
    throw makeUnsupported(path, `is a binary workbook (.xlsb), which cannot be loaded. ${saveAs}`);
  if (names.some((name) => name.startsWith('xl/'))) return 'xlsx';
  throw makeUnsupported(path, `is an Office document without a workbook. ${saveAs}`);
}

const openDocument = 'application/vnd.oasis.opendocument.';

/** Some tools leave the mimetype of an OpenDocument file away; its manifest they do not. */
async function detectByType(
  path: string,
  entries: ReadonlyMap<string, Entry>,
  archive: Archive,
): Promise<'ods' | undefined> {
  if (!entries.has('content.xml')) return undefined;
  const mimetype = entries.get('mimetype');
  if (!mimetype) return entries.has('META-INF/manifest.xml') ? 'ods' : undefined;
  const type = await readStart(path, mimetype, archive);
  if (type.startsWith(`${openDocument}spreadsheet`)) return 'ods';
  if (!type.startsWith(openDocument)) return undefined;
  throw makeUnsupported(path, `is an OpenDocument file that is not a spreadsheet. ${saveAs}`);
}

async function readStart(path: string, entry: Entry, archive: Archive): Promise<string> {
  checkReadable(path, entry);
  for await (const chunk of readEntry(path, entry, archive))
    return chunk.toString('latin1', 0, 100);
  return '';
}
