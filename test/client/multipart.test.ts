import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nameFiles } from '../../src/client/find-sent-files.ts';
import { type Multipart, makeMultipart, type SentFile } from '../../src/client/multipart.ts';
import { useFolders } from '../support/lab.ts';

const makeFolder = useFolders();

async function collect({ write }: Multipart): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of write()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function makeFile(name: string, content: string | Buffer): SentFile {
  const path = join(makeFolder(), 'file');
  writeFileSync(path, content);
  return { path, name, sizeBytes: Buffer.byteLength(content) };
}

test('a form that any reader of forms understands, of the size it says', async () => {
  const large = Buffer.alloc(1_000_000, 'row\r\n--');
  const files = [
    makeFile('users.csv', 'a,b\n'),
    makeFile('empty.csv', ''),
    makeFile('größe 物.csv', large),
  ];
  const form = makeMultipart({ plan: true }, files);
  const bytes = await collect(form);
  expect(bytes.length).toBe(form.sizeBytes);
  const read = await new Response(bytes, {
    headers: { 'content-type': form.contentType },
  }).formData();
  expect([...read.keys()]).toEqual(['options', 'files', 'files', 'files']);
  expect(read.get('options')).toBe('{"plan":true}');
  const received = read.getAll('files').filter((value) => typeof value !== 'string');
  expect(received.map(({ name }) => name)).toEqual(['users.csv', 'empty.csv', 'größe 物.csv']);
  expect(await received[0]?.text()).toBe('a,b\n');
  expect(received[1]?.size).toBe(0);
  expect(Buffer.from((await received[2]?.arrayBuffer()) ?? new ArrayBuffer(0)).equals(large)).toBe(
    true,
  );
});

test('a file that became shorter is a fault; what it grew by is left out', async () => {
  const file = makeFile('users.csv', 'a,b\n');
  truncateSync(file.path, 2);
  await expect(collect(makeMultipart({}, [file]))).rejects.toMatchObject({ code: 'file_changed' });
  writeFileSync(file.path, 'a,b\nc,d\n');
  const form = makeMultipart({}, [file]);
  const bytes = await collect(form);
  expect(bytes.length).toBe(form.sizeBytes);
  expect(bytes.toString()).not.toContain('c,d');
});

test('a file that is gone is a fault, too', async () => {
  const file = { ...makeFile('users.csv', 'a,b\n'), path: 'absent.csv' };
  await expect(collect(makeMultipart({}, [file]))).rejects.toThrow(
    'absent.csv could no longer be read (ENOENT) while it was sent; nothing was loaded.',
  );
});

test.each([
  [
    ['samples/users.csv', 'other/runs.csv'],
    ['users.csv', 'runs.csv'],
  ],
  [
    ['2023/runs.csv', '2024/runs.csv'],
    ['2023_runs.csv', '2024_runs.csv'],
  ],
  [
    ['runs.csv', '../runs.csv', '/lab/runs.csv'],
    ['runs.csv', '2_runs.csv', 'lab_runs.csv'],
  ],
  [
    ['a/b_c.csv', 'a_b/c.csv', 'c.csv'],
    ['b_c.csv', 'a_b_c.csv', 'c.csv'],
  ],
  [
    ['a/b.csv', 'c/b.csv', 'a_b.csv'],
    ['2_a_b.csv', 'c_b.csv', 'a_b.csv'],
  ],
])('files %j are sent as %j', (paths, names) => {
  expect(nameFiles(paths)).toEqual(names);
});
