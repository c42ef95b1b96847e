import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type FrameKind, frameHeadBytes, frameKinds } from './archive.ts';

/** Rows come one by one: so many bytes of them make a frame. */
const dataBytes = 2 ** 16;

/** Makes the frames of one archive, and hashes them as they go. */
export interface FrameWriter {
  json(kind: FrameKind, value: unknown): Buffer;
  /** The rows of a stream. */
  data(rows: Readable): AsyncGenerator<Buffer>;
  sha256(): string;
}

export function makeFrameWriter(): FrameWriter {
  const hash = createHash('sha256');
  return {
    json: (kind, value) => makeFrame(hash, kind, [Buffer.from(JSON.stringify(value))]),
    data: (rows) => writeData(hash, rows),
    sha256: () => hash.copy().digest('hex'),
  };
}

async function* writeData(hash: Hash, rows: Readable): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of rows) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < dataBytes) continue;
    yield makeFrame(hash, frameKinds.data, pieces);
    pieces = [];
    bytes = 0;
  }
  if (bytes > 0) yield makeFrame(hash, frameKinds.data, pieces);
}

function makeFrame(hash: Hash, kind: FrameKind, pieces: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  const payload = Buffer.concat(pieces);
  head.write(kind, 'latin1');
  head.writeUInt32BE(payload.length, 1);
  const frame = Buffer.concat([head, payload]);
  hash.update(frame);
  return frame;
}
