import { makeDamaged, makeEncrypted } from '../faults.ts';
import { readSectorNumbers, type Sectors } from './sectors.ts';

/** A stream or a storage of a compound file. */
interface DirectoryEntry {
  readonly name: string;
  readonly start: number;
  readonly sizeBytes: number;
}

/** A file of Microsoft's kind that holds streams like a small file system. */
export interface CompoundFile {
  readonly sectors: Sectors;
  readonly entries: readonly DirectoryEntry[];
}

const signature = Buffer.from('d0cf11e0a1b11ae1', 'hex');

export function isCompoundFile(head: Buffer): boolean {
  return head.subarray(0, signature.length).equals(signature);
}

const headerBytes = 512;

export function openCompoundFile(file: Buffer): CompoundFile {
  if (!isCompoundFile(file)) throw makeDamaged('it does not begin as an .xls workbook does');
  if (file.length < headerBytes) throw makeDamaged('it is cut short');
  const shift = file.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw makeDamaged('the size of its sectors is not right');
  const sectors = { file, sectorBytes: 1 << shift, next: new Uint32Array() };
  const allocated = { ...sectors, next: readAllocation(sectors) };
  return { sectors: allocated, entries: readDirectory(allocated) };
}

const numbersInHeader = 109;
/** Above it numbers mean the end of a chain, a free sector and the like. */
const maxSector = 0xfffffffa;

/** For each sector the one that follows it. */
function readAllocation(sectors: Sectors): Uint32Array {
  const lists = readAllocationList(sectors).filter((sector) => sector <= maxSector);
  const perSector = sectors.sectorBytes / 4;
  const next = new Uint32Array(lists.length * perSector);
  lists.forEach((sector, at) => {
    next.set(readSectorNumbers(sectors, sector), at * perSector);
  });
  return next;
}

/** The sectors of the allocation table: the first stand in the header, more in a chain of lists. */
function readAllocationList(sectors: Sectors): number[] {
  const { file, sectorBytes } = sectors;
  const found = Array.from({ length: numbersInHeader }, (_, at) => file.readUInt32LE(76 + at * 4));
  let sector = file.readUInt32LE(68);
  for (let count = 0; sector <= maxSector; count++) {
    if (count > file.length / sectorBytes) throw makeDamaged('its sectors run in a circle');
    const numbers = readSectorNumbers(sectors, sector);
    sector = numbers.at(-1) ?? maxSector + 1;
    for (const number of numbers.subarray(0, -1)) found.push(number);
  }
  return found;
}

const entryBytes = 128;
const storage = 1;
const stream = 2;
const root = 5;

/** The root, and what it holds itself: a storage within may hold a workbook that was pasted in. */
function readDirectory(sectors: Sectors): DirectoryEntry[] {
  const bytes = readChain(sectors, sectors.file.readUInt32LE(48));
  const seen = new Set<number>();
  const waiting = [0];
  const entries: DirectoryEntry[] = [];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const entry = bytes.subarray(id * entryBytes, (id + 1) * entryBytes);
    if (seen.has(id) || entry.length < entryBytes) continue;
    seen.add(id);
    entries.push(readEntry(entry));
    waiting.push(...readNeighbours(entry));
  }
  if (bytes[66] !== root) throw makeDamaged('its directory has no root');
  return entries;
}

/** The entries of a storage form a tree; only that of the root is followed down. */
function readNeighbours(entry: Buffer): number[] {
  const type = entry[66];
  if (type === root) return [entry.readUInt32LE(76)];
  return type === storage || type === stream
    ? [entry.readUInt32LE(68), entry.readUInt32LE(72)]
    : [];
}

function readEntry(entry: Buffer): DirectoryEntry {
  const nameBytes = Math.max(0, Math.min(64, entry.readUInt16LE(64)) - 2);
  return {
    name: entry.toString('utf16le', 0, nameBytes).toLowerCase(),
    start: entry.readUInt32LE(116),
    sizeBytes: entry.readUInt32LE(120),
  };
}

export function hasStream({ entries }: CompoundFile, name: string): boolean {
  return entries.some((entry) => entry.name === name.toLowerCase());
}

/** The bytes of a stream; undefined when it is not there. */
export function readStream(compound: CompoundFile, name: string): Buffer | undefined {
  const entry = compound.entries.find((found) => found.name === name.toLowerCase());
  if (entry === undefined) return undefined;
  const { file } = compound.sectors;
  const isSmall = entry.sizeBytes < file.readUInt32LE(56);
  const sectors = isSmall ? openSmallSectors(compound) : compound.sectors;
  const bytes = readChain(sectors, entry.start, isSmall ? 0 : undefined);
  if (bytes.length < entry.sizeBytes) throw makeDamaged('it is cut short');
  return bytes.subarray(0, entry.sizeBytes);
}

/** A workbook of any format that was saved with a password is packed into a compound file. */
export function checkEncryption(compound: CompoundFile): void {
  const names = ['EncryptedPackage', 'EncryptionInfo'];
  if (names.some((name) => hasStream(compound, name))) throw makeEncrypted();
}

const smallSectorBytes = 64;

/** Small streams share one stream, that of the root, and have an allocation table of their own. */
function openSmallSectors({ sectors, entries }: CompoundFile): Sectors {
  const [rootEntry] = entries;
  if (rootEntry === undefined) throw makeDamaged('its directory is empty');
  const table = readChain(sectors, sectors.file.readUInt32LE(60));
  const next = new Uint32Array(Math.floor(table.length / 4));
  for (let at = 0; at < next.length; at++) next[at] = table.readUInt32LE(at * 4);
  return { file: readChain(sectors, rootEntry.start), sectorBytes: smallSectorBytes, next };
}

/** `offset` is where sector 0 begins: behind the header, unless said otherwise. */
function readChain(sectors: Sectors, start: number, offset = sectors.sectorBytes): Buffer {
  const { file, sectorBytes, next } = sectors;
  const parts: Buffer[] = [];
  for (let sector = start; sector <= maxSector; sector = next[sector] ?? maxSector) {
    const at = offset + sector * sectorBytes;
    if (sector >= next.length || at >= file.length) throw makeDamaged('it is cut short');
    if (parts.length > next.length) throw makeDamaged('its sectors run in a circle');
    if (parts.at(-1) && parts.at(-1)?.length !== sectorBytes) throw makeDamaged('it is cut short');
    parts.push(file.subarray(at, at + sectorBytes));
  }
  return Buffer.concat(parts);
}
