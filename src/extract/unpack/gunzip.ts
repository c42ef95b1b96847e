import { crc32 } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { makeDamaged, makeUnsupported } from './faults.ts';
import { inflateRaw } from './inflate-raw.ts';

/**
 * The content of a gzip file (RFC 1952), member after member. Node's own Gunzip passes over what follows
 * a member, and over a cut header. Throws `file_damaged` and `format_unsupported`.
 */
export async function* gunzip(source: ByteSource): AsyncGenerator<Buffer> {
  do {
    await skipHeader(source);
    yield* readMember(source);
  } while (await hasMember(source));
}

const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };

async function skipHeader(source: ByteSource): Promise<void> {
  const mark = await source.take(2);
  if (mark.readUInt16BE(0) !== 0x1f8b)
    throw makeDamaged(source.path, 'something else follows its compressed data');
  const fixed = await source.take(8);
  const [method, flag] = [fixed.readUInt8(0), fixed.readUInt8(1)];
  if (method !== 8 || flag & flags.reserved)
    throw makeUnsupported(source.path, 'is packed in a way that is not known. Pack it with gzip.');
  const parts = [mark, fixed];
  if (flag & flags.extra) parts.push(...(await takeExtra(source)));
  if (flag & flags.name) parts.push(await takeString(source));
  if (flag & flags.comment) parts.push(await takeString(source));
  if (flag & flags.headerCrc) await checkHeader(source, Buffer.concat(parts));
}

async function takeExtra(source: ByteSource): Promise<Buffer[]> {
  const length = await source.take(2);
  return [length, await source.take(length.readUInt16LE(0))];
}

/** With the NUL that ends it. */
async function takeString(source: ByteSource): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let bytes = 0; bytes < 65536; bytes++) {
    const part = await source.take(1);
    parts.push(part);
    if (part[0] === 0) return Buffer.concat(parts);
  }
  throw makeDamaged(source.path, 'the name in it has no end');
}

async function checkHeader(source: ByteSource, header: Buffer): Promise<void> {
  const expected = (await source.take(2)).readUInt16LE(0);
  if ((crc32(header) & 0xffff) !== expected)
    throw makeDamaged(source.path, 'the checksum of its header does not match');
}

async function* readMember(source: ByteSource): AsyncGenerator<Buffer> {
  let [crc, sizeBytes] = [0, 0];
  for await (const chunk of inflateRaw(source)) {
    crc = crc32(chunk, crc);
    sizeBytes += chunk.length;
    yield chunk;
  }
  const trailer = await source.take(8);
  if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== sizeBytes % 2 ** 32)
    throw makeDamaged(source.path, 'its checksum does not match its content');
}

/** Zeros up to the end are padding. */
async function hasMember(source: ByteSource): Promise<boolean> {
  for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read()) {
    if (bytes.every((byte) => byte === 0)) continue;
    source.unread(bytes);
    return true;
  }
  return false;
}
