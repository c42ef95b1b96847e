import type { Entry } from 'yauzl';
import { EluteError } from '../../../errors.ts';
import { openFile } from '../../text/read-text.ts';
import { makeDamaged, makeUnsupported } from '../faults.ts';
import { checkDepth, type Job, type Packed } from '../job.ts';
import { writeCopy } from '../write-copy.ts';
import { type Directory, maxEntries, readDirectory } from './directory.ts';
import { detectDocument } from './document.ts';
import { decodeName, isClutter } from './names.ts';
import { type Archive, checkReadable, readEntry, readLocalHeader } from './read-entry.ts';

/**
 * The files in a zip archive, each copied out; or which workbook the zip file is. Throws `file_damaged`,
 * `file_encrypted`, `file_too_large`, `format_unsupported` and `no_input_files`.
 */
export async function unzip(
  packed: Packed,
  job: Job,
  onBytes?: (bytes: number) => void,
): Promise<'xlsx' | 'ods' | Packed[]> {
  const file = await openFile(packed.location);
  try {
    const directory = await readDirectory(packed.path, file, job.signal);
    const archive = { zip: directory.zip, file, signal: job.signal };
    const document = await detectDocument(packed.path, directory.entries, archive);
    if (document) return document;
    return await unpackArchive(packed, directory, { job, archive: { ...archive, onBytes } });
  } finally {
    await file.close();
  }
}

interface Work {
  job: Job;
  archive: Archive;
}

interface Member {
  path: string;
  entry: Entry;
}

async function unpackArchive(
  packed: Packed,
  directory: Directory,
  { job, archive }: Work,
): Promise<Packed[]> {
  checkArchive(packed, directory);
  const members = directory.entries.map((entry) => describeMember(packed, entry));
  const wanted = members.filter(({ entry }) => !isClutter(decodeName(entry)));
  if (wanted.length === 0) throw makeEmpty(packed.path);
  for (const { path, entry } of wanted) checkReadable(path, entry);
  job.budget.foresee(wanted.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0));
  for (const member of members) await checkName(member, archive);
  return copyMembers(wanted, packed, { job, archive });
}

function checkArchive(packed: Packed, directory: Directory): void {
  checkDepth(packed);
  if (packed.isFromZip)
    throw makeUnsupported(
      packed.path,
      'is an archive within an archive. Unpack it and load what is in it.',
    );
  if (directory.entries.length <= maxEntries) return;
  const message = `${packed.path} holds more than ${maxEntries} files. Split it, or unpack it and load the folder.`;
  throw new EluteError('file_too_large', message);
}

function describeMember(packed: Packed, entry: Entry): Member {
  return { path: `${packed.path}/${decodeName(entry)}`, entry };
}

function makeEmpty(path: string): EluteError {
  const message = `The archive ${path} holds no files to load. Name another one.`;
  return new EluteError('no_input_files', message);
}

/** An entry bears its name in two places; damage to one must not make a file of clutter, or hide one. */
async function checkName({ path, entry }: Member, { zip }: Archive): Promise<void> {
  const header = await readLocalHeader(path, entry, zip);
  if (!header.fileName.equals(entry.fileNameRaw))
    throw makeDamaged(path, 'its name is not the same at both places where the archive gives it');
}

async function copyMembers(
  members: readonly Member[],
  { depth }: Packed,
  { job, archive }: Work,
): Promise<Packed[]> {
  const copies: Packed[] = [];
  for (const { path, entry } of members) {
    const location = await writeCopy(readEntry(path, entry, archive), job);
    copies.push({ path, location, isNamed: false, depth: depth + 1, isFromZip: true });
  }
  return copies;
}
