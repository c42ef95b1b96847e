import type { FileHandle } from 'node:fs/promises';
import { RandomAccessReader } from 'yauzl';
import { readAt } from '../../text/read-text.ts';

/**
 * Reads an open file for yauzl. Its own reader passes any offset the archive names to fs.read, which
 * throws at some of them where nobody can catch it.
 */
export class ZipReader extends RandomAccessReader {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Where the last read ended. */
  position = 0;

  constructor(path: string, file: FileHandle) {
    super();
    this.#path = path;
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.position = position + length;
    this.readBytes(buffer.subarray(offset, offset + length), position).then(
      (bytes) => setImmediate(callback, null, bytes.length),
      (error) => setImmediate(callback, error),
    );
  }

  async readBytes(buffer: Buffer, position: number): Promise<Buffer> {
    if (!Number.isSafeInteger(position + buffer.length)) return buffer.subarray(0, 0);
    return readAt(this.#path, this.#file, buffer, position);
  }
}
