import createXxhash from 'xxhash-wasm';
import type { ByteSource } from '../byte-source.ts';
import { makeDamaged } from '../faults.ts';
import { readBlocks } from './blocks.ts';
import { type FrameHeader, readFrameHeader } from './frame-header.ts';

/**
 * The content of a Zstandard file, frame after frame. Only a frame with a checksum (the zstd tool writes
 * one, DuckDB does not) betrays every flipped bit. Throws `file_damaged`, `format_unsupported` and
 * `file_too_large`.
 */
export async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  do {
    const magic = (await source.take(4)).readUInt32LE(0);
    if (magic === frameMagic) yield* readFrame(source);
    else if ((magic & 0xfffffff0) >>> 0 === skippableMagic) await skipFrame(source);
    else throw makeDamaged(source.path, 'something else follows its compressed data');
  } while (await hasMore(source));
}

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;

async function* readFrame(source: ByteSource): AsyncGenerator<Uint8Array> {
  const header = await readFrameHeader(source);
  const hash = header.hasChecksum ? (await createXxhash()).create64() : undefined;
  let sizeBytes = 0;
  for await (const chunk of readBlocks(source, header.windowBytes)) {
    sizeBytes += chunk.length;
    hash?.update(chunk);
    yield chunk;
  }
  checkSize(source.path, header, sizeBytes);
  if (hash) await checkHash(source, hash.digest());
}

function checkSize(path: string, { contentBytes }: FrameHeader, sizeBytes: number): void {
  if (contentBytes === undefined || contentBytes === BigInt(sizeBytes)) return;
  throw makeDamaged(path, `it holds ${sizeBytes} bytes where it announces ${contentBytes}`);
}

async function checkHash(source: ByteSource, digest: bigint): Promise<void> {
  const expected = (await source.take(4)).readUInt32LE(0);
  if (BigInt.asUintN(32, digest) === BigInt(expected)) return;
  throw makeDamaged(source.path, 'its checksum does not match its content');
}

async function skipFrame(source: ByteSource): Promise<void> {
  let left = (await source.take(4)).readUInt32LE(0);
  while (left > 0) {
    const part = Math.min(left, 64 * 1024);
    await source.take(part);
    left -= part;
  }
}

async function hasMore(source: ByteSource): Promise<boolean> {
  const bytes = await source.read();
  source.unread(bytes);
  return bytes.length > 0;
}
