/** Zstandard frames by hand (RFC 8878), for what no tool writes. */

export interface Block {
  type: number;
  sizeBytes: number;
  body: Buffer;
}

export function rawBlock(content: Uint8Array): Block {
  return { type: 0, sizeBytes: content.length, body: Buffer.from(content) };
}

/** One byte, many times. */
export function rleBlock(byte: number, sizeBytes: number): Block {
  return { type: 1, sizeBytes, body: Buffer.from([byte]) };
}

/** By default: a window of 128 KiB, no size, no checksum. */
export function makeFrame(blocks: readonly Block[], header = [0x00, 0x38]): Buffer {
  const last = blocks.length - 1;
  const packed = blocks.flatMap((block, at) => [describe(block, at === last), block.body]);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...header]), ...packed]);
}

function describe({ type, sizeBytes }: Block, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE(sizeBytes * 8 + type * 2 + Number(isLast), 0, 3);
  return header;
}

/** `kind` from 0 to 15. */
export function makeSkippable(kind: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a50 + kind, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}
