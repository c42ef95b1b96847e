import { rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { catchFault, readFixture, unpackBytes, unpackPath, writeFile } from './support.ts';
import { makeFrame, makeSkippable, rawBlock, rleBlock } from './zstd-frames.ts';

const csv = readFixture('runs.csv');
const checked = readFixture('checked.zst');
const skippable = makeSkippable(5, Buffer.alloc(100_000));
const raw = makeFrame([rawBlock(csv)]);

async function inflate(content: Uint8Array): Promise<Buffer | undefined> {
  const [part, ...others] = await unpackBytes('FILE', content);
  expect(others).toEqual([]);
  return part?.content;
}

test.each(['checked.zst', 'unchecked.zst', 'level-19.zst', 'window-128.zst', 'two-frames.zst'])(
  'the zstd tool wrote %s',
  async (name) => {
    expect(await inflate(readFixture(name))).toEqual(csv);
  },
);

test.each<[string, Buffer, Buffer]>([
  ['a raw block', raw, csv],
  ['raw blocks', makeFrame([rawBlock(csv), rawBlock(csv)]), Buffer.concat([csv, csv])],
  ['short blocks', makeFrame([...csv].map((byte) => rleBlock(byte, 1))), csv],
  ['a run', makeFrame([rleBlock(65, 131072)]), Buffer.alloc(131072, 'A')],
  ['nothing', makeFrame([rawBlock(Buffer.alloc(0))]), Buffer.alloc(0)],
  ['nothing in one segment', makeFrame([rawBlock(Buffer.alloc(0))], [0x20, 0]), Buffer.alloc(0)],
  ['a size of 2 bytes', makeFrame([rawBlock(csv)], [0x60, csv.length - 256, 0]), csv],
  ['the dictionary 0', makeFrame([rawBlock(csv)], [0x01, 0x38, 0]), csv],
  ['frame upon frame', Buffer.concat([raw, checked, raw]), Buffer.concat([csv, csv, csv])],
  ['a skippable frame first', Buffer.concat([skippable, checked]), csv],
  ['a skippable frame last', Buffer.concat([checked, skippable]), csv],
  ['skippable frames alone', Buffer.concat([skippable, skippable]), Buffer.alloc(0)],
])('%s', async (_, packed, content) => {
  expect(await inflate(packed)).toEqual(content);
});

test('DuckDB wrote it', async () => {
  const path = writeFile('runs.csv.zst', '');
  const plain = writeFile('runs.csv', '');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const duckdb = await instance.connect();
  const rows = "select i, i * 7919 % 1000 as j, 'row ' || i % 100 as k from range(200000) t(i)";
  await rm(plain);
  await duckdb.run(`copy (${rows}) to '${plain}' (format csv)`);
  await duckdb.run(`copy (${rows}) to '${path}' (format csv, compression zstd)`);
  duckdb.closeSync();
  instance.closeSync();
  const [packed] = await unpackPath(path);
  const [unpacked] = await unpackPath(plain);
  expect(packed?.content.equals(unpacked?.content ?? Buffer.alloc(0))).toBe(true);
});

describe('file_damaged', () => {
  test.each<[string, Buffer]>([
    ['what follows a frame is none', Buffer.concat([checked, Buffer.from('garbage')])],
    ['zeros follow a frame', Buffer.concat([checked, Buffer.alloc(10)])],
    ['a reserved bit', makeFrame([rawBlock(csv)], [0x08, 0x38])],
    ['a reserved type of block', makeFrame([{ ...rawBlock(csv), type: 3 }])],
    ['a block longer than its window', makeFrame([rleBlock(65, 2000)], [0x00, 0x00])],
    ['a block longer than any', makeFrame([rleBlock(65, 131073)])],
    ['an empty compressed block', makeFrame([{ type: 2, sizeBytes: 0, body: Buffer.alloc(0) }])],
    ['compressed nonsense', makeFrame([{ ...rawBlock(csv), type: 2 }])],
    ['fewer bytes than announced', makeFrame([rawBlock(csv)], [0x60, csv.length - 255, 0])],
    ['a wrong checksum', Buffer.concat([makeFrame([rawBlock(csv)], [4, 56]), Buffer.alloc(4)])],
    ['a cut skippable frame', Buffer.concat([checked, skippable.subarray(0, -1)])],
  ])('%s', async (_, content) => {
    expect(await catchFault(unpackBytes('FILE', content))).toMatchSnapshot();
  });
});

test.each<[string, Buffer]>([
  ['a window of 256 MiB', readFixture('window-256.zst')],
  ['the largest window there is', makeFrame([rawBlock(csv)], [0x00, 0xff])],
  ['one segment of 2^62 bytes', makeFrame([rawBlock(csv)], [0xe0, 0, 0, 0, 0, 0, 0, 0, 0x40])],
  ['a dictionary', readFixture('dictionary.zst')],
])('%s is refused', async (_, content) => {
  expect(await catchFault(unpackBytes('FILE', content))).toMatchSnapshot();
});
