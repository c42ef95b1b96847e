import { Decompress } from 'fzstd';
import type { ByteSource } from '../byte-source.ts';
import { makeDamaged } from '../faults.ts';
import { computeWindowBytes } from './frame-header.ts';

/**
 * The content of a frame's blocks (RFC 8878, 3.1.1.2). One block at a time goes to fzstd: a chunk of the
 * file may hold thousands, and each may become 128 KiB. Throws `file_damaged`.
 */
export async function* readBlocks(
  source: ByteSource,
  windowBytes: number,
): AsyncGenerator<Uint8Array> {
  const decode = makeBlockDecoder(source.path, windowBytes);
  const maxBytes = Math.min(windowBytes, 128 * 1024);
  let isLast = false;
  while (!isLast) {
    const header = await source.take(3);
    const field = header.readUIntLE(0, 3);
    const block = { type: (field >> 1) & 3, sizeBytes: field >> 3 };
    if (!isSound(block, maxBytes)) throw makeNonsense(source.path);
    isLast = (field & 1) === 1;
    const body = await source.take(block.type === runLength ? 1 : block.sizeBytes);
    yield* decode(Buffer.concat([header, body]), isLast);
  }
}

/** Types of block; the others hold bytes as they are, or are none. */
const runLength = 1;
const compressed = 2;

/** A size is that of the content, or of the compressed bytes: a header of two at least. fzstd checks neither. */
function isSound(block: { type: number; sizeBytes: number }, maxBytes: number): boolean {
  if (block.type > compressed || block.sizeBytes > maxBytes) return false;
  return block.type < compressed || block.sizeBytes >= 2;
}

/** fzstd gets a header of ours: it neither knows checksums nor needs the size of the content. */
function makeBlockDecoder(path: string, windowBytes: number) {
  const content: Uint8Array[] = [];
  const decompress = new Decompress((bytes) => content.push(bytes));
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, describeWindow(windowBytes)]);
  let isFirst = true;
  return (block: Buffer, isLast: boolean): Uint8Array[] => {
    try {
      decompress.push(isFirst ? Buffer.concat([header, block]) : block, isLast);
    } catch (error) {
      throw makeNonsense(path, error);
    }
    isFirst = false;
    return content.splice(0);
  };
}

/** The smallest window that a byte can name and that is large enough. */
function describeWindow(windowBytes: number): number {
  let descriptor = 0;
  while (computeWindowBytes(descriptor) < windowBytes) descriptor++;
  return descriptor;
}

/** fzstd throws errors of many kinds at bytes that make no sense. */
function makeNonsense(path: string, cause?: unknown): Error {
  return makeDamaged(path, 'its compressed data makes no sense', cause);
}
