import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { unpack } from '../../../src/extract/unpack/unpack.ts';
import { guardWrite } from '../../../src/extract/write-faults.ts';
import {
  catchFault,
  limits,
  makeFolder,
  readFixture,
  unpackBytes,
  unpackPath,
  writeFile,
} from './support.ts';
import { makeZip } from './zip-files.ts';
import { makeFrame, rleBlock } from './zstd-frames.ts';

const csv = readFixture('runs.csv');
const zst = readFixture('checked.zst');
const workbook = zipSync({ '[Content_Types].xml': csv, 'xl/workbook.xml': csv });
const tar = Buffer.alloc(1024);
tar.write('runs.csv');
tar.write('ustar', 257);

function gzip(content: Uint8Array, times = 1): Buffer {
  return times === 0 ? Buffer.from(content) : gzip(gzipSync(content), times - 1);
}

test.each<[string, string | Uint8Array, string]>([
  ['runs.csv', csv, 'text'],
  ['runs.gz', csv, 'text'],
  ['empty.csv', '', 'text'],
  ['runs.json', '{}', 'json'],
  ['runs.csv', workbook, 'xlsx'],
])('%s is its own part: nothing is copied', async (name, content, format) => {
  expect(await unpackBytes(name, content)).toEqual([
    { path: name, format, isNamed: true, content: Buffer.from(content), isCopy: false },
  ]);
});

test.each<[string, Uint8Array, string, Uint8Array]>([
  ['runs.csv.gz', gzip(csv), 'text', csv],
  ['runs.csv', gzip(csv), 'text', csv],
  ['runs.csv.zst', zst, 'text', csv],
  ['runs.json.gz', gzip(Buffer.from('[]')), 'json', Buffer.from('[]')],
  ['runs.xlsx.gz', gzip(workbook), 'xlsx', workbook],
  ['runs.zst.gz', gzip(zst), 'text', csv],
  ['three times', gzip(csv, 3), 'text', csv],
])('%s is detected again once it is unpacked', async (name, packed, format, content) => {
  expect(await unpackBytes(name, packed)).toEqual([
    { path: name, format, isNamed: true, content: Buffer.from(content), isCopy: true },
  ]);
});

test('a file found in a folder or by a pattern stays one that was not named', async () => {
  const path = writeFile('runs.csv.gz', gzip(csv));
  const parts = await unpack(
    { path, isNamed: false },
    { makeFolder: async () => makeFolder(), limits },
  );
  expect(parts.map((part) => part.isNamed)).toEqual([false]);
});

describe('format_unsupported', () => {
  test.each<[string, Uint8Array]>([
    ['four times packed', gzip(csv, 4)],
    ['a packed tar archive', gzip(tar)],
    ['a zip four levels down', zipSync({ 'a.gz': gzip(csv, 3) })],
  ])('%s', async (_, content) => {
    expect(await catchFault(unpackBytes('FILE', content))).toMatchSnapshot();
  });
});

describe('what cannot be read', () => {
  test('nothing', async () => {
    const fault = await catchFault(unpackPath('/nowhere/runs.csv'));
    expect(fault).toMatchSnapshot();
  });

  test('a folder', async () => {
    const path = join(writeFile('a', ''), '..', 'FOLDER');
    mkdirSync(path);
    expect(await catchFault(unpackPath(path))).toMatchSnapshot();
  });

  test('a named pipe', async () => {
    const path = join(writeFile('a', ''), '..', 'PIPE');
    execFileSync('mkfifo', [path]);
    expect(await catchFault(unpackPath(path))).toMatchSnapshot();
  });

  test.skipIf(process.getuid?.() === 0)('a file of somebody else', async () => {
    const path = writeFile('runs.csv', csv);
    chmodSync(path, 0);
    expect(await catchFault(unpackPath(path))).toMatchObject({ code: 'path_unreadable' });
  });
});

test('a file that changes meanwhile is refused', async () => {
  const path = writeFile('runs.csv.gz', gzip(csv));
  const onBytes = () => writeFileSync(path, gzip(Buffer.concat([csv, csv])));
  expect(await catchFault(unpackPath(path, { onBytes }))).toMatchObject({ code: 'file_changed' });
});

describe('progress', () => {
  test.each<[string, Uint8Array]>([
    ['gzip', gzip(csv, 2)],
    ['zstd', zst],
  ])('counts the bytes of the file handed over: %s', async (_, content) => {
    let seen = 0;
    await unpackBytes('FILE', content, {
      onBytes: (bytes) => {
        seen += bytes;
      },
    });
    expect(seen).toBe(content.length);
  });
});

describe('an interruption', () => {
  const zeros = Buffer.alloc(200_000_000);
  const reason = new Error('interrupted');

  test.each<[string, () => Uint8Array]>([
    ['gzip', () => gzipSync(zeros)],
    ['zip', () => makeZip([{ name: 'a.csv', content: zeros }])],
    ['zstd', () => makeFrame(Array(100_000).fill(rleBlock(65, 131072)))],
  ])('ends %s at once and leaves nothing behind', async (_, pack) => {
    const path = writeFile('FILE', pack());
    const controller = new AbortController();
    let aborted = 0;
    setTimeout(() => {
      aborted = performance.now();
      controller.abort(reason);
    }, 60);
    const free = { ...limits, inflationRatio: 1e9 };
    const work = unpackPath(path, { signal: controller.signal, limits: free });
    await expect(work).rejects.toBe(reason);
    expect(performance.now() - aborted).toBeLessThan(150);
  });
});

test('a full disk is told from damage', async () => {
  const full = Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  expect(await catchFault(guardWrite('COPY', full))).toMatchSnapshot();
});
