import { createGzip, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { catchFault, limits, unpackBytes } from './support.ts';
import { makeOverlapping, makeZip } from './zip-files.ts';
import { makeFrame, rleBlock } from './zstd-frames.ts';

const mib = 1024 * 1024;
const zeros = Buffer.alloc(80 * mib);
const packed = gzipSync(zeros, { level: 1 });
const strict = { ...limits, inflationRatio: 100 };
const small = { ...limits, inflatedBytes: 1000 };
const free = { ...limits, inflationRatio: 1e9 };

async function packGigabyte(): Promise<Buffer> {
  const gzip = createGzip();
  const feed = async () => {
    for (let count = 0; count < 1024; count++)
      await new Promise((resolve) => gzip.write(zeros.subarray(0, mib), resolve));
    gzip.end();
  };
  const fed = feed();
  const chunks: Buffer[] = [];
  for await (const chunk of gzip) chunks.push(chunk);
  await fed;
  return Buffer.concat(chunks);
}

test('a megabyte that becomes a gigabyte is refused in bounded memory', async () => {
  const bomb = await packGigabyte();
  expect(bomb.length).toBeLessThan(1.1 * mib);
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const before = process.memoryUsage.rss();
  const limit = { ...free, inflatedBytes: 900 * mib };
  const fault = await catchFault(unpackBytes('FILE', bomb, { limits: limit }));
  clearInterval(timer);
  expect(fault).toMatchSnapshot();
  expect(peak - before).toBeLessThan(150 * mib);
});

const zip = makeZip([{ name: 'a.csv', content: zeros }]);
const liar = makeZip([{ name: 'a.csv', content: zeros, sizeBytes: 10 }]);
const overlapping = makeOverlapping({ name: 'a.csv', content: zeros }, 1000);
const nested = makeZip([{ name: 'a.csv.gz', content: gzipSync(packed), method: 0 }]);
const frame = makeFrame(Array(1000).fill(rleBlock(0, 131072)));

describe('refused', () => {
  test.each<[string, Buffer, typeof limits]>([
    ['gz by its ratio', packed, strict],
    ['gz by its size', gzipSync(zeros.subarray(0, 1001)), small],
    ['zst by its ratio', frame, strict],
    ['zst by its size', frame, small],
    ['zip by its ratio', zip, strict],
    ['zip by its size', zip, small],
    ['zip that declares too little', liar, strict],
    ['zip whose files overlap', overlapping, { ...free, inflatedBytes: 70_000 * mib }],
    ['gz in gz', gzipSync(packed), strict],
    ['gz in gz in zip', nested, strict],
    [
      'all levels together',
      gzipSync(gzipSync(Buffer.alloc(990))),
      { ...small, inflatedBytes: 1000 },
    ],
  ])('%s', async (_, content, limit) => {
    expect(await catchFault(unpackBytes('FILE', content, { limits: limit }))).toMatchSnapshot();
  });
});

test('a zip is refused by what it declares, before anything is unpacked', async () => {
  let seen = 0;
  const onBytes = (bytes: number) => {
    seen += bytes;
  };
  await catchFault(unpackBytes('FILE', overlapping, { limits: free, onBytes }));
  expect(seen).toBe(0);
});

test('up to 64 MiB a file may be as dense as it likes', async () => {
  const content = gzipSync(zeros.subarray(0, 60 * mib), { level: 1 });
  const [part] = await unpackBytes('FILE', content, { limits: { ...limits, inflationRatio: 2 } });
  expect(part?.content.length).toBe(60 * mib);
});
