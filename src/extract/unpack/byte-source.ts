import type { FileHandle } from 'node:fs/promises';
import { readAt } from '../text/read-text.ts';
import { makeTruncated } from './faults.ts';

/** A stretch of a file, read from front to back. */
export interface ByteSource {
  /** As messages name it. */
  readonly path: string;
  /** Some of the next bytes; none at the end. */
  read: () => Promise<Buffer>;
  /** Just as many bytes. Throws `file_damaged` where there are fewer. */
  take: (bytes: number) => Promise<Buffer>;
  /** The last bytes read will be read again. */
  unread: (bytes: Buffer) => void;
}

export interface Stretch {
  path: string;
  file: FileHandle;
  start: number;
  /** The first byte that does not belong to it. */
  end: number;
  signal?: AbortSignal | undefined;
  onBytes?: ((bytes: number) => void) | undefined;
}

const chunkBytes = 256 * 1024;

export function makeByteSource(stretch: Stretch): ByteSource {
  const readChunk = makeChunkReader(stretch);
  let rest: Buffer = Buffer.alloc(0);
  const unread = (bytes: Buffer) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([bytes, rest]);
  };
  const read = async () => {
    const bytes = rest.length > 0 ? rest : await readChunk();
    rest = Buffer.alloc(0);
    return bytes;
  };
  const take = async (bytes: number) => {
    while (rest.length < bytes) {
      const more = await readChunk();
      if (more.length === 0) throw makeTruncated(stretch.path);
      rest = Buffer.concat([rest, more]);
    }
    const taken = rest.subarray(0, bytes);
    rest = rest.subarray(bytes);
    return taken;
  };
  return { path: stretch.path, read, take, unread };
}

/** Every chunk is a buffer of its own: zlib works on one while the next is read. */
function makeChunkReader(stretch: Stretch): () => Promise<Buffer> {
  let position = stretch.start;
  return async () => {
    stretch.signal?.throwIfAborted();
    const wanted = Math.min(chunkBytes, stretch.end - position);
    if (wanted <= 0) return Buffer.alloc(0);
    const chunk = await readAt(stretch.path, stretch.file, Buffer.allocUnsafe(wanted), position);
    position += chunk.length;
    stretch.onBytes?.(chunk.length);
    return chunk;
  };
}
