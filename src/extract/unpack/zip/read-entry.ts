import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Entry, LocalFileHeader, ZipFile } from 'yauzl';
import { type ByteSource, makeByteSource } from '../byte-source.ts';
import { makeDamaged, makeUnsupported } from '../faults.ts';
import { inflateRaw } from '../inflate-raw.ts';
import { explainZipError, makeEncrypted } from './directory.ts';

export interface Archive {
  zip: ZipFile;
  file: FileHandle;
  signal: AbortSignal | undefined;
  onBytes?: ((bytes: number) => void) | undefined;
}

/** Throws `file_encrypted` and `format_unsupported`. */
export function checkReadable(path: string, entry: Entry): void {
  if (entry.isEncrypted()) throw makeEncrypted(path);
  if (entry.canDecodeFileData()) return;
  const reason = `is packed by method ${entry.compressionMethod}, which is not known. Pack it again as a plain zip file.`;
  throw makeUnsupported(path, reason);
}

/** The content of an entry, held to the size and the checksum it declares. Throws `file_damaged`. */
export async function* readEntry(
  path: string,
  entry: Entry,
  archive: Archive,
): AsyncGenerator<Buffer> {
  const source = await openEntry(path, entry, archive);
  let [crc, sizeBytes] = [0, 0];
  for await (const chunk of entry.compressionMethod === 0
    ? readStored(source)
    : inflateRaw(source)) {
    crc = crc32(chunk, crc);
    sizeBytes += chunk.length;
    if (sizeBytes > entry.uncompressedSize) break;
    yield chunk;
  }
  if (sizeBytes !== entry.uncompressedSize)
    throw makeDamaged(path, 'its size is not the one that the archive declares');
  if (crc !== entry.crc32) throw makeDamaged(path, 'its checksum does not match its content');
}

async function openEntry(path: string, entry: Entry, archive: Archive): Promise<ByteSource> {
  const { fileDataStart: start } = await readLocalHeader(path, entry, archive.zip);
  return makeByteSource({ ...archive, path, start, end: start + entry.compressedSize });
}

/** The header that stands before the data of an entry. Throws `file_damaged`. */
export async function readLocalHeader(
  path: string,
  entry: Entry,
  zip: ZipFile,
): Promise<LocalFileHeader> {
  try {
    return await zip.readLocalFileHeaderPromise(entry, {});
  } catch (error) {
    throw explainZipError(path, error);
  }
}

async function* readStored(source: ByteSource): AsyncGenerator<Buffer> {
  for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read()) yield bytes;
}
