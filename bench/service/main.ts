import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateFiles, type LabFiles } from '../files.ts';
import { samplesFolder } from '../paths.ts';
import { callElute, startServer } from '../server.ts';
import { measureReading, measureUpload, startLoad, uploadAtOnce } from './contests.ts';
import { type Running, startBare, startElute } from './processes.ts';
import { type Figures, renderFigures, serviceFile, servicePage } from './render.ts';

const options = {
  experiments: { type: 'string', default: '1000000' },
  beside: { type: 'string', default: '10000000' },
  seconds: { type: 'string', default: '10' },
  upload: { type: 'string', default: '1000000000' },
} as const;

/** Measures the service beside bare servers in the same run; keeps and prints what it found. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  const directory = mkdtempSync(join(tmpdir(), 'elute-bench-'));
  try {
    const figures = await measure(directory, {
      experiments: Number(values.experiments),
      beside: Number(values.beside),
      seconds: Number(values.seconds),
      uploadBytes: Number(values.upload),
    });
    writeFileSync(serviceFile, `${JSON.stringify(figures, null, 2)}\n`);
    writeFileSync(servicePage, renderFigures(figures));
    process.stdout.write(renderFigures(figures));
  } finally {
    await callElute(directory, ['database', 'stop']);
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Sizes {
  readonly experiments: number;
  readonly beside: number;
  readonly seconds: number;
  readonly uploadBytes: number;
}

async function measure(directory: string, sizes: Sizes): Promise<Figures> {
  const server = await startServer(directory);
  const database = await server.makeDatabase('service');
  const stored = await makeFiles(directory, sizes.experiments);
  await callElute(directory, ['--database', database, 'load', stored.folder]);
  const elute = await startElute(directory, database);
  try {
    return {
      measuredOn: new Date().toISOString().slice(0, 10),
      node: process.versions.node,
      postgres: server.version,
      sizes,
      ...(await measureReads(elute, {
        database,
        users: stored.rows.users,
        seconds: sizes.seconds,
        beside: await makeFiles(directory, sizes.beside),
      })),
      uploads: await measureUploads(directory, elute, sizes.uploadBytes),
      atOnce: await uploadMany(elute),
    };
  } finally {
    await elute.stop();
  }
}

function makeFiles(directory: string, experiments: number): Promise<LabFiles> {
  return generateFiles(directory, { experiments, shape: 'uniform', bad: 0 });
}

interface Reads {
  readonly database: string;
  readonly users: number;
  readonly seconds: number;
  /** What is loaded while it answers. */
  readonly beside: LabFiles;
}

/** Each once without being counted, then in turn: at rest, and while a load goes on. */
async function measureReads(elute: Running, { database, users, seconds, beside }: Reads) {
  const bare = await startBare('bare-read', { BENCH_DATABASE: database });
  const both = async (duration: number) => ({
    elute: await measureReading(elute, { users, seconds: duration }),
    bare: await measureReading(bare, { users, seconds: duration }),
  });
  try {
    await both(2);
    const atRest = await both(seconds);
    elute.peakMegabytes();
    const load = await startLoad(elute, beside);
    const besideLoad = await both(seconds);
    await load.ended;
    return { atRest, besideLoad, loadMegabytes: elute.peakMegabytes() };
  } finally {
    await bare.stop();
  }
}

const uploadsAtOnce = 50;

async function uploadMany(elute: Running): Promise<Figures['atOnce']> {
  const paths = ['users.csv', 'compounds.csv'].map((name) => join(samplesFolder, name));
  const statuses = await uploadAtOnce(elute, paths, uploadsAtOnce);
  return { sent: statuses.length, accepted: statuses.filter((status) => status === 202).length };
}

async function measureUploads(
  directory: string,
  elute: Running,
  sizeBytes: number,
): Promise<Figures['uploads']> {
  const path = join(directory, 'large.csv');
  writeRows(path, sizeBytes);
  const bare = await startBare('bare-write', { BENCH_FILE: join(directory, 'bare.csv') });
  const seconds = { elute: [] as number[], bare: [] as number[] };
  elute.peakMegabytes();
  for (let run = 0; run < 3; run++) {
    seconds.bare.push(await measureUpload(bare, path));
    seconds.elute.push(await measureUpload(elute, path));
  }
  const megabytes = elute.peakMegabytes();
  await bare.stop();
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[1] ?? Number.NaN;
  return {
    sizeBytes: statSync(path).size,
    eluteSeconds: median(seconds.elute),
    bareSeconds: median(seconds.bare),
    megabytes,
  };
}

/** Text with a header that fits nothing: it is taken, and its load ends at once. */
function writeRows(path: string, sizeBytes: number): void {
  const block = 'some text of one line, with a comma\n'.repeat(30_000);
  writeFileSync(path, 'a,b\n');
  for (let size = 0; size < sizeBytes; size += block.length)
    writeFileSync(path, block, { flag: 'a' });
}

await main();
