import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { EluteError } from '../errors.ts';

/** A file to be sent, under the name it has for the receiver. */
export interface SentFile {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
}

export interface Multipart {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** The bytes, read from the disk as they are asked for. Throws `file_changed`. */
  readonly write: () => AsyncGenerator<Uint8Array>;
}

const chunkBytes = 256 * 1024;

/** A form with a field of options before its files; never more of it in memory than a chunk. */
export function makeMultipart(options: unknown, files: readonly SentFile[]): Multipart {
  const boundary = `elute-${randomUUID()}`;
  const field = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="options"\r\n\r\n${JSON.stringify(options)}\r\n`,
  );
  const parts = files.map((file) => ({ file, head: renderHead(boundary, file.name) }));
  const end = Buffer.from(`--${boundary}--\r\n`);
  const sizes = parts.map(({ file, head }) => head.length + file.sizeBytes + lineEnd.length);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes: sizes.reduce((sum, size) => sum + size, field.length + end.length),
    write: async function* () {
      yield field;
      for (const { file, head } of parts) {
        yield head;
        yield* readWhole(file);
        yield lineEnd;
      }
      yield end;
    },
  };
}

const lineEnd = Buffer.from('\r\n');

/** Quotes and line ends are written as browsers write them. */
function renderHead(boundary: string, name: string): Buffer {
  const escaped = name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="files"; filename="${escaped}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
  );
}

/** Exactly as many bytes as were promised: what a file has grown by since is left for another load. */
async function* readWhole(file: SentFile): AsyncGenerator<Uint8Array> {
  if (file.sizeBytes === 0) return;
  let missing = file.sizeBytes;
  for await (const chunk of readChunks(file)) {
    missing -= chunk.length;
    yield chunk;
  }
  if (missing > 0) throw fileChanged(file, 'became shorter');
}

async function* readChunks(file: SentFile): AsyncGenerator<Buffer> {
  const { path, sizeBytes } = file;
  try {
    yield* createReadStream(path, { end: sizeBytes - 1, highWaterMark: chunkBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    throw fileChanged(file, `could no longer be read (${code})`, error);
  }
}

function fileChanged({ path }: SentFile, what: string, cause?: unknown): EluteError {
  const message = `${path} ${what} while it was sent; nothing was loaded. Load it again when it is complete.`;
  return new EluteError('file_changed', message, { cause });
}
