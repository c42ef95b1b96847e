import { stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { Limits } from '../part.ts';
import { makeDamaged, makeEncrypted, makeTooLarge, makeUnsupported } from './faults.ts';

/** A zip whose directory was read and found to stay within the limits. */
export interface ZipPackage {
  readonly zip: ZipFile;
  /** By name in lower case: part names do not heed case. */
  readonly entries: ReadonlyMap<string, Entry>;
}

export async function openPackage(location: string, limits: Limits): Promise<ZipPackage> {
  const zip = await openPromise(location, { autoClose: false }).catch(explainZipError);
  try {
    const entries = await readDirectory(zip).catch(explainZipError);
    checkSizes([...entries.values()], (await stat(location)).size, limits);
    return { zip, entries };
  } catch (error) {
    zip.close();
    throw error;
  }
}

function explainZipError(error: unknown): never {
  const isOurs = !(error instanceof Error) || error.name === 'WorkbookFault';
  if (isOurs || 'syscall' in error) throw error;
  if (error.message.includes('encryption')) throw makeEncrypted();
  throw makeDamaged(`it is no whole zip archive (${trimEnd(error.message)})`, error);
}

function trimEnd(message: string): string {
  return message.split('. ')[0]?.replace(/\.$/, '') ?? '';
}

/** No workbook has as many. */
const maxEntries = 20_000;

async function readDirectory(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName.toLowerCase();
    if (entries.has(name)) throw makeDamaged(`its part ${entry.fileName} is there twice`);
    if (entries.size >= maxEntries) throw makeDamaged(`it has more than ${maxEntries} parts`);
    if (entry.isEncrypted()) throw makeEncrypted();
    entries.set(name, entry);
  }
  return entries;
}

/** Below this a ratio says little: an empty sheet compresses very well. */
const modestBytes = 64 * 1024 * 1024;

/** By the sizes the directory declares; to those the entries are held when they are read. */
function checkSizes(entries: Entry[], sizeBytes: number, limits: Limits): void {
  const inflated = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  if (inflated > limits.inflatedBytes) {
    const reason = `unpacks to ${inflated} bytes, more than the ${limits.inflatedBytes} allowed`;
    throw makeTooLarge(reason, 'Split it, or raise --inflated-limit if you trust it');
  }
  const ratio = Math.ceil(inflated / sizeBytes);
  if (inflated > modestBytes && ratio > limits.inflationRatio) {
    const reason = `unpacks to ${ratio} times its size, more than the ${limits.inflationRatio} times allowed`;
    throw makeTooLarge(reason, 'Raise --inflation-ratio if you trust it');
  }
}

/** The bytes of one part. Undefined when the package does not have it. */
export function findPart(zipPackage: ZipPackage, name: string): PackagePart | undefined {
  const entry = zipPackage.entries.get(name.toLowerCase());
  return entry && { name, bytes: readEntry(zipPackage.zip, entry) };
}

export interface PackagePart {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
}

export function requirePart(zipPackage: ZipPackage, name: string): PackagePart {
  const part = findPart(zipPackage, name);
  if (part === undefined) throw makeDamaged(`its part ${name} is missing`);
  return part;
}

const methods = [0, 8];

async function* readEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  if (!methods.includes(entry.compressionMethod))
    throw makeUnsupported('is compressed in a way that Elute cannot read');
  const bytes = await zip.openReadStreamPromise(entry).catch(explainZipError);
  const chunks: AsyncIterator<Buffer> = bytes[Symbol.asyncIterator]();
  let sum = 0;
  try {
    for (;;) {
      const { value: chunk, done } = await chunks.next().catch(explainZipError);
      if (done) break;
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } finally {
    bytes.destroy();
  }
  if (sum !== entry.crc32)
    throw makeDamaged(`the checksum of its part ${entry.fileName} is not right`);
}
