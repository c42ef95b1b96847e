import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { EluteError } from '../../../src/errors.ts';
import { readFixture, type Unpacked, unpackBytes } from './support.ts';

const csv = readFixture('runs.csv');
const zip = zipSync({ 'a.csv': csv, '.b': csv, 'c.csv': csv.subarray(0, 100) });

const files: [string, Buffer][] = [
  ['checked.zst', readFixture('checked.zst')],
  ['level-19.zst', readFixture('level-19.zst')],
  ['gz', gzipSync(csv)],
  ['gz with a name', readFixture('runs.csv.gz')],
  ['zip', Buffer.from(zip)],
  ['zip64', readFixture('zip64.zip')],
  ['zip with a data descriptor', readFixture('data-descriptor.zip')],
];

/** Unless it is refused. What is not known as packed any more stays as it is: a table that no reader takes. */
async function unpackDamaged(content: Buffer): Promise<Unpacked[] | undefined> {
  try {
    const parts = await unpackBytes('FILE', content);
    return parts.some((part) => part.isCopy) ? parts : undefined;
  } catch (error) {
    if (error instanceof EluteError) return undefined;
    throw error;
  }
}

function contentsOf(parts: Unpacked[]): string[] {
  return parts.map((part) => part.content.toString());
}

describe.each(files)('%s', (_, whole) => {
  test('cut anywhere it is refused', async () => {
    for (let length = 0; length < whole.length; length++)
      expect([length, await unpackDamaged(whole.subarray(0, length))]).toEqual([length, undefined]);
  });

  test('with any byte changed it is refused, or gives the same content', async () => {
    const expected = contentsOf(await unpackBytes('FILE', whole));
    for (let at = 0; at < whole.length; at++)
      for (const change of [0x01, 0xff]) {
        const damaged = Buffer.from(whole);
        damaged.writeUInt8(whole.readUInt8(at) ^ change, at);
        const parts = await unpackDamaged(damaged);
        if (parts) expect([at, change, contentsOf(parts)]).toEqual([at, change, expected]);
      }
  });
});

test('without a checksum, damage never ends in anything but a fault or text', async () => {
  const whole = readFixture('unchecked.zst');
  for (let at = 0; at < whole.length; at++)
    for (let bit = 0; bit < 8; bit++) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(whole.readUInt8(at) ^ (1 << bit), at);
      const parts = await unpackDamaged(damaged);
      if (parts) expect(parts.map((part) => part.content.length)).toEqual([csv.length]);
    }
});
