import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { catchFault, readFixture, unpackBytes } from './support.ts';

const csv = readFixture('runs.csv');
const packed = gzipSync(csv);
const long = Buffer.alloc(900_000, csv);
const chunkBytes = 256 * 1024;

/** With optional fields in its header, and a checksum of it. */
function withFields(flags: number, fields: Uint8Array, isRight = true): Buffer {
  const header = Buffer.concat([packed.subarray(0, 10), fields]);
  header[3] = flags;
  const checksum = Buffer.alloc(2);
  checksum.writeUInt16LE((crc32(header) + (isRight ? 0 : 1)) & 0xffff);
  return Buffer.concat([header, flags & 2 ? checksum : Buffer.alloc(0), packed.subarray(10)]);
}

/** A member that ends `distance` bytes after a read of the file does, and another one. */
function endAround(distance: number): Buffer {
  const name = (bytes: number) => Buffer.alloc(bytes + 1, 'n').fill(0, bytes);
  const comments = Math.ceil(chunkBytes / 65536);
  const filler = chunkBytes + distance - packed.length;
  const extra = Buffer.alloc(2 + 65535);
  extra.writeUInt16LE(65535);
  const one = withFields(4, extra);
  const count = comments - 1;
  const rest = filler + packed.length - count * one.length - packed.length - 1;
  return Buffer.concat([...Array<Buffer>(count).fill(one), withFields(8, name(rest)), packed]);
}

async function inflate(content: Uint8Array): Promise<Buffer | undefined> {
  const [part, ...others] = await unpackBytes('FILE', content);
  expect(others).toEqual([]);
  return part?.content;
}

test.each<[string, Buffer, Buffer]>([
  ['the gzip tool', readFixture('runs.csv.gz'), csv],
  ['node:zlib', packed, csv],
  ['nothing', gzipSync(''), Buffer.alloc(0)],
  ['more than one read', gzipSync(long, { level: 0 }), long],
  ['members', Buffer.concat([packed, packed, gzipSync('')]), Buffer.concat([csv, csv])],
  ['many members', Buffer.concat(Array(500).fill(packed)), Buffer.concat(Array(500).fill(csv))],
  ['padding', Buffer.concat([packed, Buffer.alloc(300_000)]), csv],
  ['a name, a comment', withFields(24, Buffer.from('runs.csv\0made by hand\0')), csv],
  ['an extra field', withFields(4, Buffer.from([3, 0, 1, 2, 3])), csv],
  ['a checksum of the header', withFields(2, Buffer.alloc(0)), csv],
  ['all of these', withFields(30, Buffer.from('\x01\x00anames\0remarks\0')), csv],
])('%s', async (_, content, expected) => {
  expect((await inflate(content))?.equals(expected)).toBe(true);
});

test('a member may end anywhere in what is read at once', async () => {
  for (const distance of [-20, -9, -8, -7, -4, -1, 0, 1, 7, 8, 9, 10, 11, 30]) {
    const content = await inflate(endAround(distance));
    expect([distance, content?.length]).toEqual([distance, csv.length * 5]);
  }
});

describe('file_damaged', () => {
  const wrongSize = Buffer.from(packed);
  wrongSize.writeUInt32LE(csv.length + 1, packed.length - 4);
  const wrongCrc = Buffer.from(packed);
  wrongCrc.writeUInt32LE(1, packed.length - 8);

  test.each<[string, Buffer]>([
    ['garbage after it', Buffer.concat([packed, Buffer.from('garbage')])],
    ['garbage after padding', Buffer.concat([packed, Buffer.alloc(20), Buffer.from('x')])],
    ['one byte after it', Buffer.concat([packed, Buffer.from('x')])],
    ['a cut member after it', Buffer.concat([packed, packed.subarray(0, 5)])],
    ['a cut trailer', packed.subarray(0, -3)],
    ['a cut stream', packed.subarray(0, -20)],
    ['a header alone', packed.subarray(0, 10)],
    ['a wrong size', wrongSize],
    ['a wrong checksum', wrongCrc],
    ['a wrong checksum of the header', withFields(2, Buffer.alloc(0), false)],
    ['a name without end', withFields(8, Buffer.alloc(70_000, 'n'))],
    ['nonsense', Buffer.concat([packed.subarray(0, 10), Buffer.alloc(30, 0xff)])],
  ])('%s', async (_, content) => {
    expect(await catchFault(unpackBytes('FILE', content))).toMatchSnapshot();
  });
});

test('a method that is not known is refused', async () => {
  const content = Buffer.from(packed);
  content[2] = 7;
  expect(await catchFault(unpackBytes('FILE', content))).toMatchSnapshot();
});
