import { EluteError } from '../../../errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { makeDamaged, makeUnsupported } from '../faults.ts';

/** What a Zstandard frame (RFC 8878, 3.1.1.1) says of itself. */
export interface FrameHeader {
  /** How far back its content may refer. */
  windowBytes: number;
  /** Of its content, where it says so. */
  contentBytes: bigint | undefined;
  hasChecksum: boolean;
}

/** The zstd tool needs an option of its own for larger ones, too. */
const maxWindowBytes = 128 * 1024 * 1024;

/** Reads what follows the magic number. Throws `file_damaged`, `format_unsupported`, `file_too_large`. */
export async function readFrameHeader(source: ByteSource): Promise<FrameHeader> {
  const descriptor = (await source.take(1)).readUInt8(0);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (descriptor & 0x08) throw makeDamaged(source.path, 'the header of its data makes no sense');
  const windowBytes = isSingleSegment ? undefined : await readWindow(source);
  await refuseDictionary(source, descriptor & 3);
  const contentBytes = await readContentSize(source, descriptor >> 6, isSingleSegment);
  return {
    windowBytes: limitWindow(source.path, windowBytes, contentBytes),
    contentBytes,
    hasChecksum: (descriptor & 0x04) !== 0,
  };
}

async function readWindow(source: ByteSource): Promise<number> {
  return computeWindowBytes((await source.take(1)).readUInt8(0));
}

/** What a window descriptor, a byte, stands for. */
export function computeWindowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

async function refuseDictionary(source: ByteSource, flag: number): Promise<void> {
  if (flag === 0) return;
  const id = (await source.take(flag === 3 ? 4 : flag)).readUIntLE(0, flag === 3 ? 4 : flag);
  if (id === 0) return;
  const message = `needs the Zstandard dictionary ${id} to be unpacked. Unpack it and load what is in it.`;
  throw makeUnsupported(source.path, message);
}

async function readContentSize(
  source: ByteSource,
  flag: number,
  isSingleSegment: boolean,
): Promise<bigint | undefined> {
  if (flag === 0) return isSingleSegment ? BigInt((await source.take(1)).readUInt8(0)) : undefined;
  const field = await source.take(2 ** flag);
  if (flag === 1) return BigInt(field.readUInt16LE(0) + 256);
  return flag === 2 ? BigInt(field.readUInt32LE(0)) : field.readBigUInt64LE(0);
}

/** Content that is smaller than its window, or has none said, is its own window. */
function limitWindow(
  path: string,
  window: number | undefined,
  content: bigint | undefined,
): number {
  const bytes = window ?? Number(content);
  if (bytes <= maxWindowBytes) return bytes;
  throw new EluteError(
    'file_too_large',
    `${path} was packed with a window of more than 128 MiB. Pack it again with zstd --long=27 or less.`,
  );
}
