import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { beforeAll, expect, inject, test } from 'vitest';
import { makeFrame, rawBlock } from '../extract/unpack/zstd-frames.ts';
import { makeXlsx } from '../extract/workbook/support/make-xlsx.ts';
import { query } from '../support/database.ts';
import { csv, usersHeader } from '../support/lab.ts';
import { useRoot, withPlace } from './rehearsal.ts';
import { type Place, type Running, runElute, startElute, until } from './support.ts';

const root = useRoot('reading');

/** Takes seconds to look at: what the file is, and what stands in the scratch folder meanwhile. */
const files = {
  'lab.csv.gz': { doing: 'a gzip file is unpacked', copy: /^unpacked\./ },
  'lab.csv.zst': { doing: 'a zstd file is unpacked', copy: /^unpacked\./ },
  'lab.zip': { doing: 'a zip archive is unpacked', copy: /^unpacked\./ },
  'lab.jsonl': { doing: 'JSON is looked at', copy: /\.records$/ },
  'lab.xlsx': { doing: 'a process of its own reads a workbook', copy: /^workbook-/ },
} as const;
type Name = keyof typeof files;

beforeAll(() => {
  const rows = makeRows(20_000);
  const text = Buffer.from(csv(usersHeader, ...rows));
  const records = rows.map((row) => `{"user_id":"${row}","name":"A"}\n`).join('');
  const contents: Record<Name, readonly Uint8Array[]> = {
    'lab.csv.gz': repeat(gzipSync(text, { level: 1 }), 200),
    'lab.csv.zst': repeat(makeFrame([rawBlock(text.subarray(0, 100_000))]), 2000),
    'lab.zip': [zipSync({ 'lab.csv': [Buffer.concat(repeat(text, 150)), { level: 0 }] })],
    'lab.jsonl': repeat(Buffer.from(records), 100),
    'lab.xlsx': [makeXlsx({ sheet: `<worksheet>${'<a/>'.repeat(10_000_000)}` })],
  };
  for (const [name, parts] of Object.entries(contents))
    writeFileSync(join(root, name), Buffer.concat(parts));
});

const cases = Object.entries(files).map(([name, file]) => ({ name, ...file }));

test.each([
  ...cases.map((file) => ({ ...file, signal: 'SIGINT' as const })),
  { ...files['lab.xlsx'], name: 'lab.xlsx', signal: 'SIGTERM' as const },
])('$signal while $doing', async ({ name, copy, signal }) => {
  await withReading(name, copy, async (place, running) => {
    running.kill(signal);
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout }, stderr).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^elute: Interrupted; nothing was changed\.$/m);
    expect(listProcesses(place.directory)).toEqual([]);
    expect(listScratch(place)).toEqual([]);
    expect(await query(place.url, 'select from elute.loads')).toEqual([]);
  });
});

test.each(cases)(
  'SIGKILL while $doing: the next command removes what it left',
  async ({ name, copy }) => {
    await withReading(name, copy, async (place, running) => {
      running.kill('SIGKILL');
      expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
      await until(
        'its child to end',
        async () => listProcesses(place.directory).length === 0 || undefined,
      );
      expect(listScratch(place)).not.toEqual([]);
      expect(await runElute(place, 'verify')).toMatchObject({ code: 0 });
      expect(listScratch(place)).toEqual([]);
      expect(await query(place.url, 'select from elute.loads')).toEqual([]);
    });
  },
);

/** Starts a load of a file, and waits until it is being read. */
async function withReading(
  name: string,
  copy: RegExp,
  work: (place: Required<Place>, running: Running) => Promise<void>,
): Promise<void> {
  await withPlace(root, inject('template'), async (place) => {
    const running = startElute(place, '--inflation-ratio', '10000', 'load', join(root, name));
    await until(`${name} to be read`, async () => isReading(place, copy) || undefined);
    await work(place, running);
  });
}

/** Something has been written; of a workbook, its reader has started. */
function isReading(place: Required<Place>, copy: RegExp): boolean {
  if (String(copy).includes('workbook')) return listProcesses(place.directory).length === 2;
  return listScratch(place).some(
    (path) => copy.test(path.split('/').at(-1) ?? '') && statSync(path).size > 0,
  );
}

function listScratch({ directory }: Required<Place>): string[] {
  const scratch = join(directory, 'scratch');
  if (!existsSync(scratch)) return [];
  return readdirSync(scratch, { recursive: true }).map((name) => join(scratch, String(name)));
}

/** Processes of ours, and of theirs, with this folder in their arguments. */
function listProcesses(directory: string): string[] {
  const all = execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  return all.filter((args) => args.includes(directory));
}

function makeRows(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `${i},Name ${(i * 7919) % 104729},a@b.c,2024-01-01`,
  );
}

function repeat(bytes: Uint8Array, times: number): Uint8Array[] {
  return Array.from({ length: times }, () => bytes);
}
