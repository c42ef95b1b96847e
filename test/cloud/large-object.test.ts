import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { loadFiles } from '../../src/operations/load-files.ts';
import { main } from '../cli/run-elute.ts';
import { query, useDatabases } from '../support/database.ts';
import {
  compoundsHeader,
  csv,
  makeContext,
  useFolders,
  usersHeader,
  writeFiles,
} from '../support/lab.ts';

const makeDatabase = useDatabases();
const makeFolder = useFolders();

/** `ELUTE_CLOUD_BYTES=5e9` is what the documentation speaks of. */
const wantedBytes = Number(process.env['ELUTE_CLOUD_BYTES'] ?? 1e9);
const mostBytes = 600e6;
const bucket = `large-${randomUUID()}`;
const store = process.env['ELUTE_TEST_STORE'] ?? '';

const header = 'experiment_id,user_id,experiment_compound_ids,experiment_run_time,notes\n';
const notes = 'x'.repeat(10_000);
/** All ids have as many digits, so that the size is known before it is written. */
const firstId = 100_000_000;
const rowBytes = makeRow(firstId).length;
const rows = Math.ceil(wantedBytes / rowBytes);

function makeRow(id: number): string {
  return `${id},${(id % 9) + 1},1;2,2.5,${notes}\n`;
}

function* writeRows(): Generator<string> {
  yield header;
  for (let row = 0; row < rows; row += 1) yield makeRow(firstId + row);
}

async function putLarge(): Promise<void> {
  const client = new S3Client({
    endpoint: store,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: 'runs.csv',
      Body: Readable.from(writeRows(), { objectMode: false }),
      ContentLength: header.length + rows * rowBytes,
    }),
  );
  client.destroy();
}

test.runIf(process.platform === 'linux')(
  `an object of ${wantedBytes / 1e9} GB is loaded in bounded memory (Linux tells how much)`,
  async () => {
    await putLarge();
    const [databaseUrl, folder] = [await makeDatabase(), makeFolder()];
    const base = writeFiles(folder, {
      'users.csv': csv(
        usersHeader,
        ...Array.from({ length: 9 }, (_, i) => `${i + 1},N,n@lab.example,2021-01-02`),
      ),
      'compounds.csv': csv(compoundsHeader, '1,A,H2O', '2,B,H2O'),
    });
    await loadFiles(makeContext(databaseUrl, folder), base);
    const { code, output, highestBytes } = await loadInProcess(databaseUrl, folder);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(
      await query(databaseUrl, 'select count(*)::integer as n from elute.experiments'),
    ).toEqual([{ n: rows }]);
    process.stderr.write(
      `${wantedBytes / 1e9} GB, at most ${Math.round(highestBytes / 1e6)} MB of memory\n`,
    );
    expect(highestBytes).toBeLessThan(mostBytes);
  },
  600_000,
);

async function loadInProcess(databaseUrl: string, folder: string) {
  const child = spawn(
    process.execPath,
    [main, 'load', `s3://${bucket}/runs.csv`, '--directory', folder],
    {
      env: { ...process.env, AWS_ENDPOINT_URL: store, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let highestBytes = 0;
  const timer = setInterval(() => {
    highestBytes = Math.max(highestBytes, readHighest(child.pid ?? 0));
  }, 50);
  const [out, err] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  clearInterval(timer);
  return { code: child.exitCode, output: out + err, highestBytes };
}

/** Of a process that has just ended there is nothing to read. */
function readHighest(pid: number): number {
  try {
    const [, kilobytes = '0'] =
      /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}
