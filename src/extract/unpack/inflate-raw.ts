import { createInflateRaw, type InflateRaw } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { makeDamaged, makeTruncated } from './faults.ts';

/** One deflate stream; what follows it stays in the source. Throws `file_damaged`. */
export async function* inflateRaw(source: ByteSource): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  const feed = startFeeding(inflate, source);
  try {
    yield* inflate;
    source.unread(feed.takeRest());
  } catch (error) {
    throw explainZlibError(source.path, error);
  } finally {
    inflate.destroy();
    await feed.done;
  }
}

/** A chunk at a time, so that at the end it is known which bytes of it were not asked for. */
function startFeeding(inflate: InflateRaw, source: ByteSource) {
  let [last, fedBytes] = [Buffer.alloc(0) as Buffer, 0];
  const feed = async () => {
    do {
      last = await source.read();
      fedBytes += last.length;
      await writeChunk(inflate, last);
    } while (last.length > 0 && fedBytes === inflate.bytesWritten && !inflate.destroyed);
  };
  const takeRest = () => last.subarray(last.length - (fedBytes - inflate.bytesWritten));
  return { done: feed().catch((error: Error) => void inflate.destroy(error)), takeRest };
}

/** Ends when the chunk is used up, or the stream is destroyed: it keeps silent about bytes after its end. */
function writeChunk(inflate: InflateRaw, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (inflate.destroyed) return resolve();
    inflate.once('close', resolve);
    const proceed = () => {
      inflate.off('close', resolve);
      resolve();
    };
    if (chunk.length > 0) inflate.write(chunk, proceed);
    else inflate.end(proceed);
  });
}

function explainZlibError(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') return makeTruncated(path, error);
  if (!code.startsWith('Z_')) return error;
  return makeDamaged(path, 'its compressed data makes no sense', error);
}
